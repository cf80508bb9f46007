import { type ComplianceMode, complianceModes } from '@assay/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsBoolean, IsIn, IsInt, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';
import { limits } from '../../limits.js';
import { type AgentKind, agentKinds, type EnrolledHost, type HostToEnrol } from './enrol-host.service.js';
import type { InstallTexts } from './install-texts.js';

/** Names go into logs, shells and configuration files: no control characters. */
const printable = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u;
const printableMessage = '$property must have no control characters';

export class EnrolHostDto {
  @ApiProperty({ maxLength: 255, example: 'web-01.acme.example' })
  @IsString()
  @Length(1, 255)
  @Matches(printable, { message: printableMessage })
  readonly hostname!: string;

  @ApiPropertyOptional({ maxLength: 255, description: 'For people; the host name unless given' })
  @IsOptional()
  @IsString()
  @Length(1, 255)
  @Matches(printable, { message: printableMessage })
  readonly friendlyName?: string;

  @ApiPropertyOptional({ enum: agentKinds, default: 'patchmon', description: 'Whose agent will run there' })
  @IsOptional()
  @IsIn(agentKinds)
  readonly agent?: AgentKind;

  @ApiPropertyOptional({ maxLength: 255, description: "Santamon's `agent.id`; the host name unless given" })
  @IsOptional()
  @IsString()
  @Length(1, 255)
  @Matches(printable, { message: printableMessage })
  readonly agentId?: string;

  @ApiPropertyOptional({ enum: complianceModes, default: 'on-demand' })
  @IsOptional()
  @IsIn(complianceModes)
  readonly complianceMode?: ComplianceMode;

  @ApiPropertyOptional({ default: true, description: 'Whether OpenSCAP may run' })
  @IsOptional()
  @IsBoolean()
  readonly openscap?: boolean;

  @ApiPropertyOptional({
    default: false,
    description:
      'Whether Docker Bench may run. The agent starts it in the namespaces of the host and with its Docker socket, which it could write to',
  })
  @IsOptional()
  @IsBoolean()
  readonly dockerBench?: boolean;

  @ApiPropertyOptional({ description: 'Whether it runs Docker; as `dockerBench` unless given, which needs it' })
  @IsOptional()
  @IsBoolean()
  readonly docker?: boolean;

  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  @ArrayMaxSize(limits.hostListEntries)
  @IsString({ each: true })
  @Length(1, 100, { each: true })
  readonly groups?: string[];

  @ApiPropertyOptional({
    type: [String],
    description: 'Who may see it: `key:…`, `user:…`, or names of keys; everybody of the tenant if empty',
  })
  @IsOptional()
  @ArrayMaxSize(limits.hostListEntries)
  @IsString({ each: true })
  @Length(1, 255, { each: true })
  readonly tenantUsers?: string[];

  toCommand(): HostToEnrol {
    const dockerBench = this.dockerBench ?? false;
    return {
      agent: this.agent ?? 'patchmon',
      hostname: this.hostname,
      friendlyName: this.friendlyName ?? this.hostname,
      agentId: this.agentId ?? this.hostname,
      complianceMode: this.complianceMode ?? 'on-demand',
      openscap: this.openscap ?? true,
      dockerBench,
      docker: this.docker ?? dockerBench,
      groups: [...new Set(this.groups)],
      tenantUsers: [...new Set(this.tenantUsers)],
    };
  }
}

export class RotateCredentialDto {
  @ApiPropertyOptional({
    minimum: 0,
    maximum: limits.credentialOverlapMaxSeconds,
    default: limits.credentialOverlapSeconds,
    description: 'How long what the host had stays good; 0 ends it, and its connection, at once',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(limits.credentialOverlapMaxSeconds)
  readonly overlapSeconds?: number;
}

export class HostCredentialDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty({ nullable: true, type: String, example: 'patchmon_0f3a2b7c9d1e4f56' }) readonly apiId!: string | null;
  @ApiProperty({ description: 'Shown this once' }) readonly apiKey!: string;
  @ApiProperty({ description: 'One line for a shell on the host, which holds the key' }) readonly install!: string;
  @ApiProperty({ nullable: true, type: String, description: "The part of Santamon's configuration that names us" })
  readonly config!: string | null;
}

export function toHostCredentialDto(
  { id, apiId, apiKey }: EnrolledHost,
  { install, config }: InstallTexts,
): HostCredentialDto {
  return { id, apiId, apiKey, install, config };
}
