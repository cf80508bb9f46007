import { PageQueryDto } from '@assay/service-host';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsISO8601, IsOptional, IsString, MaxLength } from 'class-validator';
import { repositoryOf } from '../exceptions/exceptions.mapper.js';
import { limits } from '../limits.js';
import { TeamRefDto, toTeamRef } from '../teams/team-ref.dto.js';
import type { ComparedRuns, Owned } from './read-runs.service.js';
import type { ListedRun, ReadDocument, RunFilter, WholeRun } from './read-runs.store.js';

export class HistoryQueryDto extends PageQueryDto {
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(limits.textChars) provider?: string;
  @ApiPropertyOptional({ description: 'May hold slashes' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.textChars)
  org?: string;
  @ApiPropertyOptional({ description: 'Or `org/repo`, where no `org` is given' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.textChars)
  repo?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(limits.textChars) branch?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(limits.textChars) prId?: string;
  @ApiPropertyOptional({ description: 'Slug of a team: only the repositories that it owns' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.textChars)
  team?: string;
  @ApiPropertyOptional({ format: 'date-time', description: 'Recorded at this time or later' })
  @IsOptional()
  @IsISO8601({ strict: true })
  since?: string;
  @ApiPropertyOptional({ format: 'date-time', description: 'Recorded before this time' })
  @IsOptional()
  @IsISO8601({ strict: true })
  until?: string;
}

/** The filter that a query asks for. */
export function toRunFilter(query: HistoryFilterDto): RunFilter & { readonly team?: string } {
  const { provider, branch, prId, team, since, until } = query;
  const { org, repo } = query.org === undefined && query.repo?.includes('/') ? repositoryOf(query.repo) : query;
  return {
    ...defined({ provider, org, repo, branch, prId, team }),
    ...(since === undefined ? {} : { since: new Date(since) }),
    ...(until === undefined ? {} : { until: new Date(until) }),
  };
}

function defined(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** What both the list and the trend are narrowed by. */
export type HistoryFilterDto = Omit<HistoryQueryDto, 'limit' | 'cursor' | 'count'>;

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
  @ApiProperty({ nullable: true, type: String }) readonly commitSha!: string | null;
  @ApiProperty({ nullable: true, type: String }) readonly commitAuthor!: string | null;
  @ApiProperty({ nullable: true, type: String }) readonly branch!: string | null;
  @ApiProperty({ nullable: true, type: String }) readonly prId!: string | null;
  @ApiProperty({ nullable: true, type: String }) readonly runUrl!: string | null;
  @ApiProperty({ nullable: true, type: String, description: 'As named by the caller, else recognised by the address' })
  readonly ciProvider!: string | null;
  @ApiProperty({ nullable: true, type: TeamRefDto, description: 'Who owns the repository' })
  readonly team!: TeamRefDto | null;
  @ApiProperty({ format: 'date-time', nullable: true, type: String }) readonly startedAt!: string | null;
  @ApiProperty({ format: 'date-time' }) readonly acceptedAt!: string;
  @ApiProperty({ format: 'date-time' }) readonly recordedAt!: string;
  @ApiProperty({ description: 'It came after a newer run of its subject, or after its change had ended' })
  readonly late!: boolean;
  @ApiProperty({ type: 'object', additionalProperties: true }) readonly counts!: object;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description:
      'By tool: vulnerabilities by severity; misconfigurations, secrets, licenses and issues (SAST) as numbers',
  })
  readonly byTool!: object;
  @ApiProperty({ nullable: true, type: 'integer', description: 'Since the run before; null until it is compared' })
  readonly new!: number | null;
  @ApiProperty({ nullable: true, type: 'integer' }) readonly fixed!: number | null;
  @ApiProperty({
    format: 'uuid',
    nullable: true,
    type: String,
    description: 'The run before, in the order of the subject',
  })
  readonly previousRun!: string | null;
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'As it stands' }) readonly verdict!: object;
  @ApiProperty({
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    description: `Digests of what it consists of; in a list the first ${limits.historyEntries}`,
  })
  readonly documents!: readonly object[];
  @ApiProperty({
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    description: `Who was told of it; the first ${limits.historyEntries}`,
  })
  readonly alerts!: readonly object[];
}

export class WholeRunDto extends RunDto {
  @ApiProperty({ type: 'object', properties: { verdict: { type: 'string' } }, description: 'The signed verdict' })
  readonly links!: { readonly verdict: string };
  @ApiProperty({ type: 'object', additionalProperties: true }) readonly policy!: object;
  @ApiProperty({
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    description: 'Exceptions that excluded something',
  })
  readonly exceptions!: readonly object[];
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

export function toRunDto(run: Owned<ListedRun>): RunDto {
  const { critical, high, medium, low, unknown, kev, excluded, origin } = run;
  return {
    id: run.id,
    caseId: run.case_id,
    subject: run.subject,
    origin,
    commitSha: origin.commitSha,
    commitAuthor: origin.commitAuthor ?? null,
    branch: origin.branch,
    prId: origin.prId,
    runUrl: origin.runUrl,
    ciProvider: origin.provider === '' ? (origin.ciProvider ?? null) : origin.provider,
    team: toTeamRef(run.team),
    startedAt: run.run_started_at?.toISOString() ?? null,
    acceptedAt: run.accepted_at.toISOString(),
    recordedAt: run.recorded_at.toISOString(),
    late: run.late,
    counts: { critical, high, medium, low, unknown, kev, excluded },
    byTool: run.by_tool,
    new: run.opened,
    fixed: run.fixed,
    previousRun: run.previous_run,
    verdict: run.verdict,
    documents: run.documents.map(toDocument),
    alerts: run.alerts.map((alert) => ({ ...alert, at: new Date(alert.at).toISOString() })),
  };
}

export function toWholeRunDto(run: Owned<WholeRun>): WholeRunDto {
  const links = { verdict: `/api/v1/runs/${run.id}/verdict` };
  return { ...toRunDto(run), policy: run.policy, exceptions: run.applied, links };
}

function toDocument({ acceptedAt, ...document }: ReadDocument): object {
  return { ...document, acceptedAt: new Date(acceptedAt).toISOString() };
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
