import { PageQueryDto } from '@assay/service-host';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { limits } from '../limits.js';
import type { ComparedRuns } from './read-runs.service.js';
import type { RunRecord, WholeRun } from './read-runs.store.js';

export class HistoryQueryDto extends PageQueryDto {
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(limits.textChars) provider?: string;
  @ApiPropertyOptional({ description: 'May hold slashes' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.textChars)
  org?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(limits.textChars) repo?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(limits.textChars) branch?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(limits.textChars) prId?: string;
}

export class CaseHistoryQueryDto extends PageQueryDto {}

export class DiffQueryDto {
  @ApiPropertyOptional({ description: 'Id of a run, or a commit of the case; without it the run before' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.textChars)
  against?: string;
}

export class RunDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty({ nullable: true, type: 'integer' }) readonly caseId!: number | null;
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true }) readonly subject!: object | null;
  @ApiProperty({ type: 'object', additionalProperties: true }) readonly origin!: object;
  @ApiProperty({ format: 'date-time', nullable: true, type: String }) readonly startedAt!: string | null;
  @ApiProperty({ format: 'date-time' }) readonly acceptedAt!: string;
  @ApiProperty({ format: 'date-time' }) readonly recordedAt!: string;
  @ApiProperty({ description: 'Older than the newest run of its subject when it came' }) readonly late!: boolean;
  @ApiProperty({ type: 'object', additionalProperties: true }) readonly counts!: object;
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'As it was given' })
  readonly verdict!: object;
}

export class WholeRunDto extends RunDto {
  @ApiProperty({ type: 'object', additionalProperties: true }) readonly policy!: object;
  @ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true } })
  readonly documents!: readonly object[];
}

export class RunPageDto {
  @ApiProperty({ type: [RunDto] }) readonly items!: readonly RunDto[];
  @ApiProperty({ nullable: true, type: String }) readonly nextCursor!: string | null;
}

export class RunDiffDto {
  @ApiProperty({ format: 'uuid' }) readonly run!: string;
  @ApiProperty({ format: 'uuid' }) readonly against!: string;
  @ApiProperty({ type: 'integer' }) readonly addedCount!: number;
  @ApiProperty({ type: 'integer' }) readonly goneCount!: number;
  @ApiProperty({ type: 'integer' }) readonly unchangedCount!: number;
  @ApiProperty({ type: 'array', items: { type: 'object' }, description: 'The first 500; reports have them all' })
  readonly added!: readonly object[];
  @ApiProperty({ type: 'array', items: { type: 'object' } }) readonly gone!: readonly object[];
}

export function toRunDto(run: RunRecord): RunDto {
  const { critical, high, medium, low, unknown, kev, excluded } = run;
  return {
    id: run.id,
    caseId: run.case_id,
    subject: run.subject,
    origin: run.origin,
    startedAt: run.run_started_at?.toISOString() ?? null,
    acceptedAt: run.accepted_at.toISOString(),
    recordedAt: run.recorded_at.toISOString(),
    late: run.late,
    counts: { critical, high, medium, low, unknown, kev, excluded },
    verdict: run.verdict,
  };
}

export function toWholeRunDto(run: WholeRun): WholeRunDto {
  const documents = run.documents.map(({ acceptedAt, ...document }) => ({
    ...document,
    acceptedAt: new Date(acceptedAt).toISOString(),
  }));
  return { ...toRunDto(run), policy: run.policy, documents };
}

export function toDiffDto({ run, against, added, gone, unchanged }: ComparedRuns): RunDiffDto {
  return {
    run: run.id,
    against: against.id,
    addedCount: added.length,
    goneCount: gone.length,
    unchangedCount: unchanged,
    added: added.slice(0, limits.diffFindings),
    gone: gone.slice(0, limits.diffFindings),
  };
}
