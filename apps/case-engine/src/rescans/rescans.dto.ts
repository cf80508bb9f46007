import { PageQueryDto } from '@assay/service-host';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsBoolean,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  IsUUID,
  Max,
  MaxLength,
  Min,
  ValidateIf,
} from 'class-validator';
import { limits } from '../limits.js';
import type { RescanView } from './read-rescans.service.js';
import { runRescanStates, rescanTriggers } from './rescan.js';
import type { ListedNews, RunRescan } from './run-rescans.store.js';

export class StartRescanDto {
  @ApiPropertyOptional({ description: 'Only runs of this repository, as its last path segment' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(limits.nameChars)
  readonly repo?: string;

  @ApiPropertyOptional({ description: 'Its organisation; `org/repo` may stand in `repo` as well' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.nameChars)
  readonly org?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  @MaxLength(limits.providerChars)
  readonly provider?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only this run, whether or not it is monitored' })
  @IsOptional()
  @IsUUID()
  readonly runId?: string;

  @ApiPropertyOptional({
    description: 'Refreshes feeds that have a source first; true by default where the scope is the whole tenant',
  })
  @IsOptional()
  @IsBoolean()
  readonly refreshFeeds?: boolean;
}

export class ListRescansDto extends PageQueryDto {}

const integer = (description?: string) => ({ type: 'integer', ...(description && { description }) }) as const;

export class RescanJobDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty({ enum: ['queued', 'running', 'done', 'failed', 'cancelled'] }) readonly state!: string;
  @ApiProperty(integer('Slices done')) readonly slices!: number;
  @ApiProperty(integer('Runs that were matched')) readonly done!: number;
  @ApiProperty({ nullable: true, type: String, description: 'What it waits for, or why it failed' })
  readonly error!: string | null;
  @ApiProperty({ nullable: true, type: String, format: 'date-time' }) readonly lastSliceAt!: string | null;
}

export class RescanDto {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty({ enum: rescanTriggers }) readonly trigger!: string;
  @ApiProperty({ type: 'object', additionalProperties: true }) readonly scope!: object;
  @ApiProperty({ enum: ['running', 'done', 'failed'] }) readonly state!: string;
  @ApiProperty() readonly startedBy!: string;
  @ApiProperty({
    nullable: true,
    type: 'object',
    additionalProperties: true,
    description:
      '`state` is `waiting`, `done`, `none` (no sources), `failed` or `late`; null where it was not asked for',
  })
  readonly refresh!: object | null;
  @ApiProperty({ format: 'date-time' }) readonly startedAt!: string;
  @ApiProperty({ nullable: true, type: String, format: 'date-time' }) readonly endedAt!: string | null;
  @ApiProperty({
    nullable: true,
    type: 'array',
    items: { type: 'object' },
    description: 'What it was matched with, and how old that was',
  })
  readonly feeds!: readonly object[] | null;
  @ApiProperty(integer('Runs in all')) readonly total!: number;
  @ApiProperty(integer('Runs whose documents were verified')) readonly verified!: number;
  @ApiProperty(integer('Runs that were matched and judged')) readonly done!: number;
  @ApiProperty(integer('Runs with something that is not what was accepted')) readonly stopped!: number;
  @ApiProperty(integer('Runs that nobody could look at')) readonly failed!: number;
  @ApiProperty(integer()) readonly newFindings!: number;
  @ApiProperty(integer()) readonly newKev!: number;
  @ApiProperty({
    type: [RescanJobDto],
    description: 'Those that share the work, in whichever replicas have time; in a list only while it goes on',
  })
  readonly jobs!: readonly RescanJobDto[];
}

export class RescanPageDto {
  @ApiProperty({ type: [RescanDto] }) readonly items!: readonly RescanDto[];
  @ApiProperty({ nullable: true, type: String }) readonly nextCursor!: string | null;
}

export class RescanNewsDto {
  @ApiProperty({ enum: ['new', 'kev'] }) readonly list!: string;
  @ApiProperty() readonly id!: string;
  @ApiProperty() readonly severity!: string;
  @ApiProperty() readonly title!: string;
  @ApiProperty({ nullable: true, type: String }) readonly component!: string | null;
  @ApiProperty({ format: 'date-time' }) readonly foundAt!: string;
  @ApiProperty({ description: 'Excepted when it was found' }) readonly excepted!: boolean;
}

export class RunRescanDto {
  @ApiProperty({ format: 'uuid' }) readonly rescanId!: string;
  @ApiProperty({ enum: runRescanStates }) readonly state!: string;
  @ApiProperty({ nullable: true, type: String, format: 'date-time' }) readonly at!: string | null;
  @ApiProperty({
    nullable: true,
    type: 'object',
    additionalProperties: true,
    description: 'Why it was stopped or failed',
  })
  readonly reason!: object | null;
  @ApiProperty(integer()) readonly newCount!: number;
  @ApiProperty(integer()) readonly newExceptedCount!: number;
  @ApiProperty(integer()) readonly newKevCount!: number;
  @ApiProperty(integer()) readonly presentCount!: number;
  @ApiProperty(integer()) readonly presentKevCount!: number;
  @ApiProperty(integer()) readonly exceptedCount!: number;
  @ApiProperty({
    type: [RescanNewsDto],
    description: `Of one page the first ${limits.rescanNewsShown}; the run's report has all`,
  })
  readonly news!: readonly RescanNewsDto[];
}

export class RunRescanPageDto {
  @ApiProperty({ type: [RunRescanDto] }) readonly items!: readonly RunRescanDto[];
  @ApiProperty({ nullable: true, type: String }) readonly nextCursor!: string | null;
}

const isGiven = (_: object, value: unknown): boolean => value !== null && value !== undefined;
const days = (most: number, description: string) =>
  ({ type: 'integer', minimum: 1, maximum: most, nullable: true, default: null, description }) as const;

/** What a tenant or repository asks of rescans (`rescan-policy.ts`). */
export class RescanPolicyDto {
  @ApiProperty({ ...integer('0 is never'), minimum: 0, maximum: 720, default: 24 })
  @IsInt()
  @Min(0)
  @Max(720)
  readonly everyHours!: number;

  @ApiProperty({ ...integer('Of the day, UTC'), minimum: 0, maximum: 23, default: 2 })
  @IsInt()
  readonly atHour!: number;

  @ApiProperty({ ...integer('Newest runs of a branch or image that are looked at'), default: limits.rescanVersions })
  @IsInt()
  readonly versions!: number;

  @ApiProperty(days(limits.rescanMostVersions, 'Newest runs of a subject that are kept; null keeps all'))
  @ValidateIf(isGiven)
  @IsInt()
  readonly keepRuns!: number | null;

  @ApiProperty(days(3_650, 'null is for ever'))
  @ValidateIf(isGiven)
  @IsInt()
  readonly keepDays!: number | null;

  @ApiProperty({ ...integer('Newest runs of a subject that are kept however old'), default: 2 })
  @IsInt()
  readonly alwaysKeep!: number;
}

export function toRescanDto({ jobs, startedAt, endedAt, ...rescan }: RescanView): RescanDto {
  return {
    ...rescan,
    startedAt: startedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    jobs: jobs.map(({ id, state, slices, done, error, lastSliceAt }) => ({
      id,
      state,
      slices,
      done,
      error,
      lastSliceAt: lastSliceAt?.toISOString() ?? null,
    })),
  };
}

export function toRunRescanDto({ at, ...rescan }: RunRescan, news: readonly ListedNews[]): RunRescanDto {
  return { ...rescan, at: at?.toISOString() ?? null, news: news.map(toNewsDto) };
}

function toNewsDto({ list, foundAt, excepted, detail }: ListedNews): RescanNewsDto {
  const { vulnerabilityId: id, severity, title, component } = detail;
  const where = component && (component.purl ?? `${component.name}@${component.version}`);
  return { list, id, severity, title, component: where, foundAt: foundAt.toISOString(), excepted };
}
