import { type BenchmarkProfileType, benchmarkProfileTypes, ruleSeverities } from '@assay/contracts';
import type { Severity } from '@assay/kernel';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { limits } from '../limits.js';
import { type ResultFilter, resultFilters } from './patchmon-reads.js';
import { type RuleSort, ruleSorts } from './rules.read-model.js';

const scanStatuses = ['running', 'completed', 'failed'] as const;

/** An optional whole number of a query. */
function Whole(minimum: number, maximum: number, byDefault: number): PropertyDecorator {
  return (target, key) => {
    ApiPropertyOptional({ type: 'integer', minimum, maximum, default: byDefault })(target, key);
    IsOptional()(target, key);
    Type(() => Number)(target, key);
    IsInt()(target, key);
    Min(minimum)(target, key);
    Max(maximum)(target, key);
  };
}

/** An optional word of a query, in PatchMon's words where it is another. */
function OneOf(words: readonly string[], name: string): PropertyDecorator {
  return (target, key) => {
    ApiPropertyOptional({ enum: words })(target, key);
    IsOptional()(target, key);
    IsIn(words, { message: `Invalid ${name}. Must be one of: ${words.join(', ')}` })(target, key);
  };
}

function Search(): PropertyDecorator {
  return (target, key) => {
    ApiPropertyOptional({ description: 'Part of a name, as it is' })(target, key);
    IsOptional()(target, key);
    IsString()(target, key);
    MaxLength(limits.hostNameLength)(target, key);
  };
}

class OffsetDto {
  @Whole(0, limits.readsMaxOffset, 0) readonly offset: number = 0;
}

/** `GET /scans/history`. */
export class HistoryQueryDto extends OffsetDto {
  @Whole(1, 100, 25) readonly limit: number = 25;
  @OneOf(scanStatuses, 'status') readonly status?: string;
  @ApiPropertyOptional({ format: 'uuid' }) @IsOptional() @IsString() readonly host_id?: string;
  @OneOf(benchmarkProfileTypes, 'profile_type') readonly profile_type?: BenchmarkProfileType;
  @Search() readonly search?: string;
}

/** `GET /scans/{hostId}`. */
export class HostScansQueryDto extends OffsetDto {
  @Whole(1, 100, 20) readonly limit: number = 20;
}

/** `GET /scans/{hostId}/latest`. */
export class LatestQueryDto {
  @OneOf(benchmarkProfileTypes, 'profile_type') readonly profile_type?: BenchmarkProfileType;
}

/** `GET /results/{scanId}`. */
export class ResultsQueryDto extends OffsetDto {
  @Whole(1, 100, 50) readonly limit: number = 50;
  @OneOf(resultFilters, 'status') readonly status?: ResultFilter;
  @OneOf(ruleSeverities, 'severity') readonly severity?: Severity;
}

/** `GET /rules`. */
export class RulesQueryDto extends OffsetDto {
  @Whole(1, 200, 50) readonly limit: number = 50;
  @OneOf(ruleSeverities, 'severity') readonly severity?: Severity;
  @OneOf(['fail', 'warn', 'pass'], 'status') readonly status?: 'fail' | 'warn' | 'pass';
  @Search() readonly search?: string;
  @OneOf(benchmarkProfileTypes, 'profile_type') readonly profile_type?: BenchmarkProfileType;
  @ApiPropertyOptional({ format: 'uuid' }) @IsOptional() @IsString() readonly host_id?: string;
  @OneOf(ruleSorts, 'sort_by') readonly sort_by: RuleSort = 'failed';
  @OneOf(['asc', 'desc'], 'sort_dir') readonly sort_dir: 'asc' | 'desc' = 'desc';
}

/** `GET /rules/{id}`: the page of its affected hosts. */
export class AffectedHostsQueryDto extends OffsetDto {
  @Whole(1, 500, 500) readonly limit: number = 500;
}

/** `GET /trends/{hostId}`. */
export class TrendQueryDto {
  @Whole(1, 365, 30) readonly days: number = 30;
}
