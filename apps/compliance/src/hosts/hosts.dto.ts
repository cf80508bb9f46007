import { type ComplianceMode, complianceModes, type HostDialect, hostDialects } from '@assay/contracts';
import { PageQueryDto } from '@assay/service-host';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Length,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';
import { limits } from '../limits.js';
import type { HostChange } from './change-hosts.store.js';
import type { HostDetail, ListedHost } from './list-hosts.read-model.js';
import type { EffectiveSchedule } from './host-schedule.js';

const asBoolean = ({ value }: { value: unknown }): unknown =>
  value === 'true' ? true : value === 'false' ? false : value;

/** Minutes, or null to take the setting away. */
export function Minutes(min: number): PropertyDecorator {
  return (target, key) => {
    const bounds = { minimum: min, maximum: limits.intervalMaxMinutes };
    ApiPropertyOptional({ type: 'integer', nullable: true, ...bounds })(target, key);
    ValidateIf((_, value) => value !== null && value !== undefined)(target, key);
    IsInt()(target, key);
    Min(min)(target, key);
    Max(limits.intervalMaxMinutes)(target, key);
  };
}

function Names(): PropertyDecorator {
  return (target, key) => {
    ApiPropertyOptional({ type: [String] })(target, key);
    IsOptional()(target, key);
    IsArray()(target, key);
    ArrayMaxSize(limits.hostNamesMax)(target, key);
    IsString({ each: true })(target, key);
    Length(1, limits.hostNameLength, { each: true })(target, key);
  };
}

function Switch(): PropertyDecorator {
  return (target, key) => {
    ApiPropertyOptional({ type: Boolean })(target, key);
    IsOptional()(target, key);
    IsBoolean()(target, key);
  };
}

/** Which hosts. */
export class HostQueryDto extends PageQueryDto {
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(limits.hostNameLength) readonly group?: string;
  @ApiPropertyOptional({ type: Boolean }) @IsOptional() @Transform(asBoolean) @IsBoolean() readonly silent?: boolean;
  @ApiPropertyOptional({ enum: complianceModes }) @IsOptional() @IsIn(complianceModes) readonly mode?: ComplianceMode;
  @ApiPropertyOptional({ description: 'Part of a name or id, as it is.' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.hostNameLength)
  readonly search?: string;
}

/** What is to be changed of a host; what is left out stays. */
export class PatchHostDto implements HostChange {
  @ApiPropertyOptional() @IsOptional() @IsString() @Length(1, limits.hostNameLength) readonly hostname?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @Matches(/^[0-9a-f-]{8,64}$/) readonly machineId?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @Length(1, limits.hostNameLength) readonly friendlyName?: string;
  @Names() readonly groups?: string[];
  @ApiPropertyOptional({ enum: complianceModes })
  @IsOptional()
  @IsIn(complianceModes)
  readonly complianceMode?: ComplianceMode;
  @Switch() readonly openscap?: boolean;
  @Switch() readonly dockerBench?: boolean;
  @Switch() readonly docker?: boolean;
  @Names() readonly tenantUsers?: string[];
  @Minutes(1) readonly updateIntervalMinutes?: number | null;
  @Minutes(5) readonly scanIntervalMinutes?: number | null;
  @Minutes(1) readonly silentAfterMinutes?: number | null;
}

/** The host that ends in the one of the address. */
export class JoinHostDto {
  @ApiProperty({ format: 'uuid' }) @IsUUID() readonly hostId!: string;
}

/** The id that leaves the host of the address. */
export class SplitHostDto {
  @ApiProperty({ enum: hostDialects }) @IsIn(hostDialects) readonly dialect!: HostDialect;
  @ApiProperty() @IsString() @Length(1, limits.hostNameLength) readonly id!: string;
}

class ExternalIdDto {
  @ApiProperty({ enum: hostDialects }) readonly dialect!: HostDialect;
  @ApiProperty() readonly id!: string;
}

/** A host. */
export class HostDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty() readonly hostname!: string;
  @ApiProperty() readonly friendlyName!: string;
  @ApiProperty({ type: [ExternalIdDto] }) readonly externalIds!: readonly ExternalIdDto[];
  @ApiProperty({ type: [String] }) readonly groups!: readonly string[];
  @ApiProperty({ enum: complianceModes }) readonly complianceMode!: ComplianceMode;
  @ApiProperty() readonly openscap!: boolean;
  @ApiProperty() readonly dockerBench!: boolean;
  @ApiProperty() readonly docker!: boolean;
  @ApiProperty({ type: [String] }) readonly tenantUsers!: readonly string[];
  @ApiProperty({ type: String, nullable: true }) readonly agentVersion!: string | null;
  @ApiProperty({ description: 'True while a gateway holds a socket of its agent.' }) readonly connected!: boolean;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) readonly firstSeenAt!: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) readonly lastSeenAt!: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) readonly silentSince!: string | null;
  @ApiProperty({ format: 'date-time' }) readonly createdAt!: string;
}

/** One page of hosts, by name. */
export class HostPageDto {
  @ApiProperty({ type: [HostDto] }) readonly items!: HostDto[];
  @ApiProperty({ type: String, nullable: true }) readonly nextCursor!: string | null;
  @ApiPropertyOptional({ type: 'integer' }) readonly total?: number;
}

/** A host with everything that is known of it. */
export class HostDetailDto extends HostDto {
  @ApiProperty({ type: String, nullable: true }) readonly machineId!: string | null;
  @ApiProperty({ type: Object, nullable: true }) readonly osInfo!: object | null;
  @ApiProperty({ type: Object, nullable: true }) readonly scannerInfo!: object | null;
  @ApiProperty({ type: Object, nullable: true }) readonly integrations!: object | null;
  @ApiProperty({ type: Object, nullable: true }) readonly inventory!: object | null;
  @ApiProperty({ type: Object, description: 'Names that the host claims and another has; and the hosts in question.' })
  readonly claims!: object;
  @ApiProperty({ type: Object, description: 'Its own minutes (null where it has none) and what holds for it.' })
  readonly schedule!: object;
  @ApiProperty({ type: [Object] }) readonly agents!: readonly object[];
  @ApiProperty({ type: Object, nullable: true }) readonly connection!: object | null;
  @ApiProperty({ type: [Object], description: 'The newest result of each benchmark.' })
  readonly benchmarks!: readonly object[];
}

export function toHostDto(host: ListedHost): HostDto {
  return {
    id: host.id,
    hostname: host.hostname,
    friendlyName: host.friendlyName,
    externalIds: host.externalIds,
    groups: host.groups,
    complianceMode: host.complianceMode,
    openscap: host.openscap,
    dockerBench: host.dockerBench,
    docker: host.docker,
    tenantUsers: host.tenantUsers,
    agentVersion: host.agentVersion,
    connected: host.connected,
    firstSeenAt: host.firstSeenAt?.toISOString() ?? null,
    lastSeenAt: host.lastSeenAt?.toISOString() ?? null,
    silentSince: host.silentSince?.toISOString() ?? null,
    createdAt: host.createdAt.toISOString(),
  };
}

export function toHostDetailDto(
  host: ListedHost,
  detail: HostDetail,
  connection: object | null,
  effective: EffectiveSchedule,
): HostDetailDto {
  const { updateIntervalMinutes, scanIntervalMinutes, silentAfterMinutes } = detail;
  return {
    ...toHostDto(host),
    machineId: detail.machineId,
    osInfo: detail.osInfo,
    scannerInfo: detail.scannerInfo,
    integrations: detail.integrations,
    inventory: detail.inventory,
    claims: { hostname: detail.claimedHostname, machineId: detail.claimedMachineId, sameAs: detail.sameAs },
    schedule: { own: { updateIntervalMinutes, scanIntervalMinutes, silentAfterMinutes }, effective },
    agents: detail.agents,
    connection,
    benchmarks: detail.benchmarks,
  };
}
