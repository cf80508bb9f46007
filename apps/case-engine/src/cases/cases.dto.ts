import { AssayError } from '@assay/kernel';
import { IgnoresUnknownFields, maxCursorLength, PageQueryDto } from '@assay/service-host';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import type { CaseEngineErrorCode } from '../case-engine.errors.js';
import { limits } from '../limits.js';
import { TeamRefDto, toTeamRef } from '../teams/team-ref.dto.js';
import { maxSeverity } from './case.js';
import type { OwnedCase } from './read-cases.service.js';
import type { FindingRecord, WeightsByKind } from './read-cases.store.js';

export const workflowStates = ['new', 'in-progress', 'done'] as const;
export type WorkflowState = (typeof workflowStates)[number];

/** SecureCase's query: exact, case-sensitive, an empty value filters nothing, an unknown one finds nothing; and ours beside it. */
@IgnoresUnknownFields()
export class ListCasesDto {
  @ApiPropertyOptional({ description: 'Name without the organisation' }) @IsOptional() @IsString() repo?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() branch?: string;
  @ApiPropertyOptional({
    description:
      'OPEN or RESOLVED, in any case. Asked with repo, branch, status and scan_provider alone, as SecureCase asks: exact, and any other value finds nothing',
  })
  @IsOptional()
  @IsString()
  status?: string;
  @ApiPropertyOptional({ description: 'A tool: cases whose newest run has a document of it; adds counts by kind' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.textChars)
  scan_provider?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() provider?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() org?: string;
  @ApiPropertyOptional({ description: 'Slug of a team: cases of the repositories that it owns' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.textChars)
  team?: string;
  @ApiPropertyOptional({
    description: 'Any name of a vulnerability, or a rule, that the case has',
    example: 'CVE-2021-44228',
  })
  @IsOptional()
  @IsString()
  @MaxLength(limits.textChars)
  vulnerability?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: limits.casesPage, default: limits.casesPage })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(limits.casesPage)
  limit: number = limits.casesPage;

  @ApiPropertyOptional({ description: 'From the link to the next page' })
  @IsOptional()
  @IsString()
  @MaxLength(maxCursorLength)
  cursor?: string;

  @ApiPropertyOptional({ type: Boolean, default: false, description: 'Adds the header X-Total-Count' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  count: boolean = false;
}

export class ChangeCaseDto {
  @ApiPropertyOptional({ nullable: true, type: String, description: 'Who looks after it; null takes it away' })
  @IsOptional()
  @IsString()
  @MaxLength(limits.nameChars)
  owner?: string | null;

  @ApiPropertyOptional({ nullable: true, type: String })
  @IsOptional()
  @IsString()
  @MaxLength(limits.reasonChars)
  comment?: string | null;

  @ApiPropertyOptional({
    enum: workflowStates,
    description: 'How far people have come; `status` follows the findings alone',
  })
  @IsOptional()
  @IsIn(workflowStates)
  state?: WorkflowState;
}

/** A case as SecureCase shows it (`wire/securecase.md` §4 and §5), and what we know beside that. */
export class CaseDto {
  @ApiProperty({ type: 'integer' }) readonly id!: number;
  @ApiProperty({ description: 'For display; subjects are told apart by their fields' }) readonly case_key!: string;
  @ApiProperty() readonly repo_name!: string;
  @ApiProperty() readonly branch_name!: string;
  @ApiProperty({ enum: ['OPEN', 'RESOLVED'] }) readonly status!: string;
  @ApiProperty({ type: 'integer' }) readonly critical_count!: number;
  @ApiProperty({ type: 'integer' }) readonly high_count!: number;
  @ApiProperty({
    enum: ['CRITICAL', 'HIGH', 'LOW'],
    description: 'LOW also where nothing was found, as SecureCase says it',
  })
  readonly max_severity!: string;
  @ApiProperty() readonly latest_commit_sha!: string;
  @ApiProperty({ format: 'date-time' }) readonly created_at!: string;
  @ApiProperty() readonly provider!: string;
  @ApiProperty() readonly org_name!: string;
  @ApiProperty({ nullable: true, oneOf: [{ type: 'integer' }, { type: 'string' }] }) readonly pr_id!:
    number | string | null;
  @ApiProperty({ nullable: true, type: String }) readonly target_branch!: string | null;
  @ApiProperty({ nullable: true, type: String }) readonly latest_image_digest!: string | null;
  @ApiProperty({ nullable: true, type: String }) readonly latest_run_id!: string | null;
  @ApiProperty({ nullable: true, type: String }) readonly latest_run_url!: string | null;
  @ApiProperty({ format: 'date-time' }) readonly updated_at!: string;
  @ApiProperty({ type: 'object', additionalProperties: true }) readonly subject!: object;
  @ApiProperty({ type: 'object', additionalProperties: true }) readonly counts!: object;
  @ApiProperty({ type: 'integer' }) readonly version!: number;
  @ApiProperty({ format: 'uuid', nullable: true, type: String, description: 'The newest run' })
  readonly run!: string | null;
  @ApiProperty({ nullable: true, type: String }) readonly owner!: string | null;
  @ApiProperty({ nullable: true, type: String }) readonly comment!: string | null;
  @ApiProperty({ enum: workflowStates }) readonly state!: string;
  @ApiProperty({
    enum: ['merged', 'abandoned', 'stale'],
    nullable: true,
    description: 'Its change has ended, or nobody sends runs of it any more: it counts as RESOLVED',
  })
  readonly closed_as!: string | null;
  @ApiProperty({ format: 'date-time', nullable: true, type: String }) readonly closed_at!: string | null;
  @ApiProperty({ nullable: true, type: TeamRefDto, description: 'Who owns the repository' })
  readonly team!: TeamRefDto | null;
  @ApiPropertyOptional({ type: 'integer', description: 'Counts by kind: in lists that are asked for `scan_provider`' })
  readonly critical_vulns?: number;
  @ApiPropertyOptional({ type: 'integer' }) readonly high_vulns?: number;
  @ApiPropertyOptional({ type: 'integer' }) readonly critical_misconfig?: number;
  @ApiPropertyOptional({ type: 'integer' }) readonly high_misconfig?: number;
}

/** A case with the report of its newest run, as it was sent. */
export class CaseWithReportDto extends CaseDto {
  @ApiPropertyOptional({ type: 'object', additionalProperties: true, nullable: true })
  readonly report?: unknown;
}

@IgnoresUnknownFields()
export class ReadCaseDto {
  @ApiPropertyOptional({ enum: ['report'], description: 'The report of the newest run, as it was sent' })
  @IsOptional()
  @IsIn(['report'])
  include?: 'report';
}

const secureCaseParameters = new Set(['repo', 'branch', 'status', 'scan_provider']);
const statuses = ['OPEN', 'RESOLVED'];

/**
 * The status that a list is asked for. SecureCase's callers know these parameters and mean them exactly; whoever uses any
 * of ours is told of a value that there is not.
 * @param asked the names of all parameters that were given
 * @throws AssayError `cases.wrong-status`
 */
export function statusFilter(status: string | undefined, asked: readonly string[]): string | undefined {
  if (status === undefined || status === '' || asked.every((name) => secureCaseParameters.has(name))) return status;
  const known = statuses.find((each) => each === status.toUpperCase());
  if (known !== undefined) return known;
  const code: CaseEngineErrorCode = 'cases.wrong-status';
  const message = `must be one of: ${statuses.join(', ')}`;
  throw new AssayError('invalid', code, `There is no such status: status ${message}.`, {
    fields: [{ field: 'status', message }],
  });
}

export function toCaseDto(row: OwnedCase): CaseDto {
  const { critical, high, medium, low, unknown, kev, excluded } = row;
  return {
    id: row.id,
    case_key: row.case_key,
    repo_name: row.repo,
    branch_name: row.branch,
    status: row.status,
    critical_count: critical,
    high_count: high,
    max_severity: maxSeverity(row),
    latest_commit_sha: row.commit_sha ?? '',
    created_at: row.created_at.toISOString(),
    provider: row.provider,
    org_name: row.org,
    pr_id: numberIfWhole(row.pr_id),
    target_branch: row.target_branch,
    latest_image_digest: row.image_digest,
    latest_run_id: row.ci_run_id,
    latest_run_url: row.run_url,
    updated_at: row.updated_at.toISOString(),
    subject: row.subject,
    counts: { critical, high, medium, low, unknown, kev, excluded },
    version: row.version,
    run: row.newest_run,
    owner: row.owner,
    comment: row.comment,
    state: row.state,
    closed_as: row.closed_as,
    closed_at: row.closed_as === null ? null : (row.closed_at?.toISOString() ?? null),
    team: toTeamRef(row.team),
    ...(row.weights !== undefined && weightsOf(row.weights)),
  };
}

function weightsOf(weights: WeightsByKind | null) {
  return {
    critical_vulns: weights?.critical_vulns ?? 0,
    high_vulns: weights?.high_vulns ?? 0,
    critical_misconfig: weights?.critical_misconfig ?? 0,
    high_misconfig: weights?.high_misconfig ?? 0,
  };
}

/** SecureCase's pull requests have whole numbers; others may have what they like. */
function numberIfWhole(prId: string | null): number | string | null {
  return prId !== null && /^(0|[1-9]\d{0,14})$/.test(prId) ? Number(prId) : prId;
}

export class CaseFindingDto {
  @ApiProperty() readonly key!: string;
  @ApiProperty({ enum: ['open', 'excluded'] }) readonly state!: string;
  @ApiProperty({ format: 'uuid', nullable: true, type: String }) readonly exceptionId!: string | null;
  @ApiProperty({ format: 'date-time' }) readonly firstSeenAt!: string;
  @ApiProperty({ format: 'date-time', description: 'Since when it stands like this' }) readonly knownFrom!: string;
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'The finding as it was judged' })
  readonly finding!: object;
}

export class CaseFindingPageDto {
  @ApiProperty({ type: [CaseFindingDto] }) readonly items!: readonly CaseFindingDto[];
  @ApiProperty({ nullable: true, type: String }) readonly nextCursor!: string | null;
}

export class ListCaseFindingsDto extends PageQueryDto {}

export function toFindingDto(row: FindingRecord): CaseFindingDto {
  return {
    key: row.key,
    state: row.state,
    exceptionId: row.exception_id,
    firstSeenAt: row.first_seen_at.toISOString(),
    knownFrom: row.known_from.toISOString(),
    finding: row.detail,
  };
}
