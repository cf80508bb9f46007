import { type ComplianceMode, complianceModes } from '@assay/contracts';
import { PageQueryDto } from '@assay/service-host';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength, ValidateIf } from 'class-validator';
import { Minutes } from './hosts.dto.js';
import type { HostGroup } from './host-groups.store.js';

const isGiven = (_: object, value: unknown): boolean => value !== null && value !== undefined;

/** What holds for a group's hosts, as a whole: what is left out or null is not said. */
export class PutHostGroupDto {
  @ApiPropertyOptional({ enum: complianceModes, nullable: true })
  @ValidateIf(isGiven)
  @IsIn(complianceModes)
  readonly complianceMode?: ComplianceMode | null;
  @Minutes(1) readonly updateIntervalMinutes?: number | null;
  @Minutes(5) readonly scanIntervalMinutes?: number | null;
  @Minutes(1) readonly silentAfterMinutes?: number | null;
  @ApiPropertyOptional({ type: String, nullable: true, example: '30 2 * * 1-5', description: 'Five fields of cron.' })
  @ValidateIf(isGiven)
  @IsString()
  @MaxLength(200)
  readonly scanCron?: string | null;
  @ApiPropertyOptional({ default: 'UTC', description: 'IANA name of the zone in which scanCron is meant.' })
  @ValidateIf(isGiven)
  @IsString()
  @MaxLength(64)
  readonly timeZone?: string | null;
}

/** A group of hosts. */
export class HostGroupDto {
  @ApiProperty() readonly name!: string;
  @ApiProperty({ enum: complianceModes, nullable: true }) readonly complianceMode!: ComplianceMode | null;
  @ApiProperty({ type: 'integer', nullable: true }) readonly updateIntervalMinutes!: number | null;
  @ApiProperty({ type: 'integer', nullable: true }) readonly scanIntervalMinutes!: number | null;
  @ApiProperty({ type: 'integer', nullable: true }) readonly silentAfterMinutes!: number | null;
  @ApiProperty({ type: String, nullable: true }) readonly scanCron!: string | null;
  @ApiProperty() readonly timeZone!: string;
  @ApiProperty({ format: 'date-time' }) readonly updatedAt!: string;
  @ApiProperty() readonly updatedBy!: string;
}

/** Which groups. */
export class HostGroupQueryDto extends PageQueryDto {}

/** One page of groups, by name. */
export class HostGroupPageDto {
  @ApiProperty({ type: [HostGroupDto] }) readonly items!: HostGroupDto[];
  @ApiProperty({ type: String, nullable: true }) readonly nextCursor!: string | null;
}

export function toHostGroupDto({ updatedAt, ...group }: HostGroup): HostGroupDto {
  return { ...group, updatedAt: updatedAt.toISOString() };
}
