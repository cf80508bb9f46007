import { benchmarkForms, benchmarkProfileTypes, ruleSeverities, ruleStatuses } from '@assay/contracts';
import { PageQueryDto } from '@assay/service-host';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsISO8601, IsOptional, IsString, IsUUID, Max, MaxLength, Min } from 'class-validator';
import { limits } from '../limits.js';
import { type ScanStatus, scanStatuses, type ScanView } from './list-scans.read-model.js';
import type { ProfileView } from './profiles.store.js';
import { type ChangedRule, type ChangeKind } from './scan-changes.store.js';

const nullable = { type: String, nullable: true } as const;
const nullableNumber = { type: Number, nullable: true } as const;

/** Which scans. */
export class ScanQueryDto extends PageQueryDto {
  @ApiPropertyOptional({ description: 'Any id or name that the host is known by' })
  @IsOptional()
  @IsString()
  @MaxLength(256)
  readonly host?: string;

  @ApiPropertyOptional({ description: 'Id or name of the profile' })
  @IsOptional()
  @IsString()
  @MaxLength(1_024)
  readonly profile?: string;

  @ApiPropertyOptional({ enum: scanStatuses })
  @IsOptional()
  @IsIn(scanStatuses)
  readonly status?: ScanStatus;

  @ApiPropertyOptional({ format: 'date-time', description: 'Started at this time or later' })
  @IsOptional()
  @IsISO8601({ strict: true })
  readonly since?: string;
}

/** Which scan to compare with. */
export class DriftQueryDto {
  @ApiPropertyOptional({
    format: 'uuid',
    description: 'The older scan; without it the one before, of the same profile',
  })
  @IsOptional()
  @IsUUID()
  readonly against?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: limits.driftRulesMax, default: limits.driftRules })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(limits.driftRulesMax)
  readonly limit: number = limits.driftRules;
}

/** Results by status. */
export class RuleCountsDto {
  @ApiProperty() readonly total!: number;
  @ApiProperty() readonly passed!: number;
  @ApiProperty() readonly failed!: number;
  @ApiProperty() readonly warnings!: number;
  @ApiProperty() readonly skipped!: number;
  @ApiProperty() readonly notApplicable!: number;
  @ApiProperty() readonly errors!: number;
}

/** A scan of a host by a profile. */
export class BenchmarkScanDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty({ format: 'uuid' }) readonly hostId!: string;
  @ApiProperty() readonly hostname!: string;
  @ApiProperty({ format: 'uuid' }) readonly profileId!: string;
  @ApiProperty() readonly profileName!: string;
  @ApiProperty({ enum: benchmarkProfileTypes }) readonly profileType!: string;
  @ApiProperty({ ...nullable, format: 'uuid' }) readonly commandId!: string | null;
  @ApiProperty({ ...nullable, format: 'uuid' }) readonly receiptId!: string | null;
  @ApiProperty({ ...nullable, enum: benchmarkForms }) readonly form!: string | null;
  @ApiProperty({ enum: scanStatuses }) readonly status!: ScanStatus;
  @ApiProperty({ format: 'date-time' }) readonly startedAt!: string;
  @ApiProperty({ ...nullable, format: 'date-time' }) readonly completedAt!: string | null;
  @ApiProperty({ format: 'date-time' }) readonly acceptedAt!: string;
  @ApiProperty({ description: 'The newest completed one of its host and profile' }) readonly isLatest!: boolean;
  @ApiProperty({ type: RuleCountsDto }) readonly counts!: RuleCountsDto;
  @ApiProperty({ description: 'Results that did not pass and are waived' }) readonly waived!: number;
  @ApiProperty({ ...nullableNumber, description: 'From the results; null where nothing was evaluated' })
  readonly score!: number | null;
  @ApiProperty({ ...nullableNumber, description: 'The same without waived results' })
  readonly effectiveScore!: number | null;
  @ApiProperty({ ...nullableNumber, description: 'What the XCCDF document itself says' })
  readonly xccdfScore!: number | null;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'Counts and score that the sender claimed and the results do not say',
  })
  readonly claimed!: object | null;
  @ApiProperty(nullable) readonly error!: string | null;
  @ApiProperty({ ...nullable, description: 'Path of the original document' }) readonly document!: string | null;
}

/** A page of scans. */
export class BenchmarkScanPageDto {
  @ApiProperty({ type: [BenchmarkScanDto] }) readonly items!: readonly BenchmarkScanDto[];
  @ApiProperty(nullable) readonly nextCursor!: string | null;
}

/** A rule that two scans differ in. */
export class ChangedRuleDto {
  @ApiProperty({ format: 'uuid' }) readonly ruleId!: string;
  @ApiProperty() readonly ruleRef!: string;
  @ApiProperty() readonly title!: string;
  @ApiProperty({ enum: ruleSeverities }) readonly severity!: string;
  @ApiProperty({ ...nullable, enum: ruleStatuses }) readonly was!: string | null;
  @ApiProperty({ ...nullable, enum: ruleStatuses }) readonly is!: string | null;
  @ApiProperty() readonly waived!: boolean;
}

/** Rules that differ in one way, the worst first. */
export class ChangedRulesDto {
  @ApiProperty({ description: 'In all' }) readonly count!: number;
  @ApiProperty({ type: [ChangedRuleDto], description: 'At most `limit` of them' })
  readonly rules!: readonly ChangedRuleDto[];
}

/** What differs between two scans. */
export class DriftDto {
  @ApiProperty({ type: BenchmarkScanDto }) readonly scan!: BenchmarkScanDto;
  @ApiProperty({ type: BenchmarkScanDto }) readonly against!: BenchmarkScanDto;
  @ApiProperty({ ...nullableNumber, description: 'Points, plus is better' }) readonly scoreDifference!: number | null;
  @ApiProperty({ ...nullableNumber }) readonly effectiveScoreDifference!: number | null;
  @ApiProperty({ type: ChangedRulesDto, description: 'Fail, are not waived, and did not fail before' })
  readonly newlyFailing!: ChangedRulesDto;
  @ApiProperty({ type: ChangedRulesDto, description: 'Failed before and do not now' })
  readonly recovered!: ChangedRulesDto;
  @ApiProperty({ type: ChangedRulesDto, description: 'Came to something else in another way' })
  readonly changed!: ChangedRulesDto;
  @ApiProperty({ type: ChangedRulesDto, description: 'The older scan does not have them' })
  readonly appeared!: ChangedRulesDto;
  @ApiProperty({ type: ChangedRulesDto, description: 'Only the older scan has them' })
  readonly vanished!: ChangedRulesDto;
}

/** What can be run on hosts. */
export class BenchmarkProfileDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty() readonly name!: string;
  @ApiProperty({ enum: benchmarkProfileTypes }) readonly type!: string;
  @ApiProperty(nullable) readonly osFamily!: string | null;
  @ApiProperty(nullable) readonly version!: string | null;
  @ApiProperty(nullable) readonly description!: string | null;
  @ApiProperty() readonly preloaded!: boolean;
  @ApiProperty() readonly rules!: number;
  @ApiProperty({ description: 'Hosts that have a completed scan of it' }) readonly hosts!: number;
  @ApiProperty({ format: 'date-time' }) readonly createdAt!: string;
}

/** A page of profiles. */
export class BenchmarkProfilePageDto {
  @ApiProperty({ type: [BenchmarkProfileDto] }) readonly items!: readonly BenchmarkProfileDto[];
  @ApiProperty(nullable) readonly nextCursor!: string | null;
}

export function toScanDto({ documentDigest, startedAt, completedAt, acceptedAt, ...scan }: ScanView): BenchmarkScanDto {
  return {
    ...scan,
    startedAt: startedAt.toISOString(),
    completedAt: completedAt?.toISOString() ?? null,
    acceptedAt: acceptedAt.toISOString(),
    document: documentDigest === null ? null : `/api/v1/benchmarks/scans/${scan.id}/document`,
  };
}

export function toProfileDto({ createdAt, ...profile }: ProfileView): BenchmarkProfileDto {
  return { ...profile, createdAt: createdAt.toISOString() };
}

export function toChangedRulesDto(changes: readonly ChangedRule[], kind: ChangeKind): ChangedRulesDto {
  const ofKind = changes.filter((change) => change.kind === kind);
  const rules = ofKind.map(({ kind: _kind, count: _count, ...rule }) => rule);
  return { count: ofKind[0]?.count ?? 0, rules };
}
