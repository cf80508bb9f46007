import { IgnoresUnknownFields } from '@assay/service-host';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Allow as Keep, IsBoolean, IsOptional, IsString } from 'class-validator';
import { limits } from '../limits.js';
import { hostIdOf } from './agent-hosts.service.js';
import { refused } from './commands.errors.js';
import { type TriggerType, triggerTypes } from './scan-request.js';
import type { Trigger } from './trigger-scan.service.js';

/** What to scan (`wire/patchmon.md` §6.2). Everything may be left out. */
@IgnoresUnknownFields()
export class TriggerDto {
  @ApiPropertyOptional({ enum: triggerTypes, default: 'all' })
  @Keep()
  readonly profile_type?: unknown;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'A profile of the host’s scanner content' })
  @IsOptional()
  @IsString()
  readonly profile_id?: string | null;

  @ApiPropertyOptional({ default: false, description: 'Repairs what fails; a second admin has to approve it' })
  @IsOptional()
  @IsBoolean()
  readonly enable_remediation?: boolean | null;

  @ApiPropertyOptional({ default: false })
  @IsOptional()
  @IsBoolean()
  readonly fetch_remote_resources?: boolean | null;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'For oscap-docker' })
  @IsOptional()
  @IsString()
  readonly image_name?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'For oscap-docker' })
  @IsOptional()
  @IsString()
  readonly container_name?: string | null;

  @ApiPropertyOptional({ description: 'For oscap-docker; what is scanned where nothing is named' })
  @IsOptional()
  @IsBoolean()
  readonly scan_all_images?: boolean | null;
}

/** The same for up to a hundred hosts. */
@IgnoresUnknownFields()
export class BulkTriggerDto extends TriggerDto {
  @ApiPropertyOptional({ type: [String], format: 'uuid', maxItems: limits.bulkTriggerHosts })
  @Keep()
  readonly hostIds?: unknown;
}

/** @throws AssayError `commands.bad-profile-type` */
export function toTrigger(body: TriggerDto): Trigger {
  return {
    profileType: typeOf(body.profile_type),
    profileId: body.profile_id || null,
    enableRemediation: body.enable_remediation ?? false,
    fetchRemoteResources: body.fetch_remote_resources ?? false,
    imageName: body.image_name || null,
    containerName: body.container_name || null,
    scanAllImages: body.scan_all_images ?? false,
  };
}

function typeOf(asked: unknown): TriggerType {
  if (asked === undefined || asked === null || asked === '') return 'all';
  const known = triggerTypes.find((type) => type === asked);
  if (known !== undefined) return known;
  throw refused('commands.bad-profile-type', `Invalid profile_type. Must be one of: ${triggerTypes.join(', ')}`);
}

/** The hosts of a bulk trigger, each once. @throws AssayError `commands.bad-option` in PatchMon's words */
export function toHostIds({ hostIds }: BulkTriggerDto): string[] {
  if (!Array.isArray(hostIds) || hostIds.length === 0) {
    throw refused('commands.bad-option', 'hostIds must be a non-empty array');
  }
  if (hostIds.length > limits.bulkTriggerHosts) {
    throw refused('commands.bad-option', `Maximum ${limits.bulkTriggerHosts} hosts per bulk operation`);
  }
  const wrong = hostIds.filter((id) => !isHostId(id));
  if (wrong.length > 0) {
    const named = wrong.map((id) => String(id).slice(0, 100)).join(', ');
    throw refused('commands.bad-option', `Invalid host IDs: ${named}`);
  }
  return [...new Set(hostIds.map((id: string) => hostIdOf(id)))];
}

function isHostId(id: unknown): boolean {
  try {
    return typeof id === 'string' && hostIdOf(id) !== '';
  } catch {
    return false;
  }
}
