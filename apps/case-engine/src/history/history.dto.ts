import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { HistoryQueryDto } from '../runs/runs.dto.js';
import { type TrailEntry, trailSteps } from './audit-trail.js';
import type { AuditTrail } from './read-audit-trail.service.js';
import type { Trend } from './read-trend.service.js';
import { type Bucket, buckets } from './trend.js';

export class TrendQueryDto extends OmitType(HistoryQueryDto, ['limit', 'cursor', 'count'] as const) {
  @ApiPropertyOptional({ enum: buckets, default: 'day' })
  @IsIn(buckets)
  bucket: Bucket = 'day';
}

export class TrendPointDto {
  @ApiProperty({ format: 'date-time', description: 'Beginning of the day or week (Monday), UTC; or of the run' })
  readonly at!: string;
  @ApiProperty({ nullable: true, type: String, format: 'uuid' }) readonly runId!: string | null;
  @ApiProperty({ nullable: true, type: String }) readonly commitSha!: string | null;
  @ApiProperty({ type: 'integer' }) readonly runs!: number;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    description: 'By severity, kev and excluded: the newest runs of all subjects together, as it stood then',
  })
  readonly counts!: object;
  @ApiProperty({ type: 'integer', description: 'In all runs of this time, each since the one before it' })
  readonly new!: number;
  @ApiProperty({ type: 'integer' }) readonly fixed!: number;
}

export class TrendDto {
  @ApiProperty({ enum: buckets }) readonly bucket!: Bucket;
  @ApiProperty({ type: [TrendPointDto] }) readonly points!: readonly TrendPointDto[];
  @ApiProperty({ description: 'True if there are earlier runs than it is made from; ask with `until`' })
  readonly truncated!: boolean;
}

export class TrailEntryDto {
  @ApiProperty({ format: 'date-time' }) readonly at!: string;
  @ApiProperty({ enum: trailSteps }) readonly what!: string;
  @ApiProperty({ type: 'object', additionalProperties: true }) readonly details!: object;
}

export class AuditTrailDto {
  @ApiProperty({ format: 'uuid' }) readonly runId!: string;
  @ApiProperty({ type: [TrailEntryDto] }) readonly entries!: readonly TrailEntryDto[];
  @ApiProperty({ type: [String], description: 'Services that could not say their part' })
  readonly missing!: readonly string[];
}

export function toTrendDto({ points, truncated }: Trend, bucket: Bucket): TrendDto {
  return {
    bucket,
    points: points.map(({ at, opened, fixed, ...point }) => ({ ...point, at: at.toISOString(), new: opened, fixed })),
    truncated,
  };
}

export function toAuditTrailDto(runId: string, { entries, missing }: AuditTrail): AuditTrailDto {
  return {
    runId,
    entries: entries.map(({ at, ...entry }: TrailEntry) => ({ ...entry, at: at.toISOString() })),
    missing,
  };
}
