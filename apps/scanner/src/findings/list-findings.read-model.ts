import type { Finding, Subject } from '@assay/contracts';
import { severities, type Severity, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { SqlConditions } from './sql-conditions.js';
import type { Repository } from './visible-repositories.store.js';

export const findingStatuses = ['open', 'excluded', 'resolved'] as const;
export type FindingStatus = (typeof findingStatuses)[number];

/** What to list. Fields that are not given do not filter; without a status what is resolved is left out. */
export interface FindingFilter {
  readonly id?: Uuid;
  readonly severities?: readonly Severity[];
  readonly kev?: boolean;
  readonly epssMin?: number;
  readonly status?: FindingStatus;
  readonly repository?: { readonly org: string | null; readonly repo: string };
  readonly image?: string;
  readonly purl?: string;
  /** Any id of a vulnerability, or a rule. */
  readonly vulnerabilityId?: string;
  readonly group?: Uuid;
  /** What was known at that moment; now unless given. */
  readonly asOf: Date;
  readonly visible: readonly Repository[] | null;
}

/** Where a page begins: the sort keys of the last row of the page before. */
export type FindingCursor = readonly [severityRank: number, id: Uuid];

/** One finding of one subject, whoever said so. */
export interface ListedFinding {
  readonly id: Uuid;
  readonly severityRank: number;
  readonly finding: Finding;
  /** The score of now, whatever it was when the finding was made. */
  readonly epss: Finding['epss'];
  readonly engines: string[];
  readonly status: FindingStatus;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly resolvedAt: Date | null;
  readonly subject: {
    readonly kind: Subject['kind'] | 'document';
    readonly provider: string | null;
    readonly org: string | null;
    readonly repo: string | null;
    readonly branch: string | null;
    readonly prId: string | null;
    readonly imageName: string | null;
  };
}

/** The three names of PatchHound for a semgrep result beside its rule (`wire/patchhound.md` §3). */
const semgrepNames = [`f.body -> 'location' ->> 'file'`, `f.body ->> 'target'`, `f.body ->> 'fingerprint'`]
  .map((mark) => `'semgrep_' || f.vulnerability_id || '_' || (${mark})`)
  .join(', ');
const withoutFingerprint = ['unknown_fingerprint', 'requires login']
  .map((mark) => `'semgrep_' || f.vulnerability_id || '_${mark}'`)
  .join(', ');

/**
 * What case-engine's `covers` says, as far as a list can know it. Which build of an image a subject has is not known here, nor
 * are qualifiers of package URLs compared: an exception for one build shows in no list, and judges all the same.
 */
const isExcepted = (asOf: string): string => `exists (
  select from exceptions x
   where x.tenant = f.tenant and not x.ended and (x.expires_at is null or x.expires_at > ${asOf})
     and case x.what
       when 'vulnerability' then f.kind = 'vulnerability'
       when 'rule' then f.kind <> 'vulnerability'
       when 'secret' then f.kind = 'secret'
       when 'semgrep' then f.kind = 'sast'
       else x.what = 'any' end
     and (x.group_id = f.group_id or x.target_id = f.vulnerability_id or f.body -> 'aliases' ? x.target_id
       or f.kind = 'sast' and (x.target_id in (${semgrepNames})
         or f.body ->> 'fingerprint' is null and x.target_id in (${withoutFingerprint})))
     and (x.repo is null or x.repo = s.repo and coalesce(x.org, '') = coalesce(s.org, '')
       and (x.provider is null or x.provider = coalesce(s.provider, '')))
     and (x.image is null or x.image = s.image_name) and x.image_version is null
     and (x.purl is null or f.purl = x.purl or starts_with(f.purl, x.purl || '@') or starts_with(f.purl, x.purl || '?')))`;

const isOpen = (row: string, asOf: string): string =>
  `${row}.known_from <= ${asOf} and (${row}.known_until is null or ${row}.known_until > ${asOf})`;

/** Of several tools that say the same the one with the worst severity speaks; of closed intervals the last one. */
const speaks = (asOf: string): string => `not exists (
  select from findings o where o.subject_id = f.subject_id and o.key = f.key and ${isOpen('o', asOf)}
     and (o.severity_rank, o.tool) < (f.severity_rank, f.tool))`;
const spokeLast = (asOf: string): string => `f.known_until <= ${asOf} and not exists (
  select from findings o where o.subject_id = f.subject_id and o.key = f.key and o.known_from <= ${asOf}
     and (o.known_until is null or o.known_until > ${asOf} or (o.known_until, o.id) > (f.known_until, f.id)))`;

/** The findings of a tenant: worst first, then by id; one row per finding, however many tools and intervals it has. */
@Injectable()
export class ListFindings {
  async page(
    tx: Transaction,
    filter: FindingFilter,
    limit: number,
    after: FindingCursor | null,
  ): Promise<ListedFinding[]> {
    const { sql, parameters } = findingsQuery(tx.tenant, filter, limit, after);
    return tx.query<ListedFinding>(sql, parameters);
  }

  /** How many there are in all. */
  async count(tx: Transaction, filter: FindingFilter): Promise<number> {
    const { where } = conditionsOf(tx.tenant, filter);
    const sql = `select count(*)::integer as total from ${source} where ${where.text}`;
    const [row] = await tx.query<{ total: number }>(sql, where.parameters);
    return row!.total;
  }
}

const source = `findings f
      join subjects s on s.id = f.subject_id
      left join epss e on e.cve = f.vulnerability_id and f.kind = 'vulnerability'`;

/** Which rows are meant; the texts that the columns need too come along. */
function conditionsOf(tenant: string, filter: FindingFilter): { where: SqlConditions; asOf: string; excepted: string } {
  const where = new SqlConditions();
  const asOf = `${where.parameter(filter.asOf)}::timestamptz`;
  where.add((p) => `f.tenant = ${p}`, tenant);
  addFilters(where, filter);
  const excepted = isExcepted(asOf);
  if (filter.status === 'resolved') where.add(() => spokeLast(asOf));
  else where.add(() => `${isOpen('f', asOf)} and ${speaks(asOf)}`);
  if (filter.status === 'open') where.add(() => `not ${excepted}`);
  if (filter.status === 'excluded') where.add(() => excepted);
  return { where, asOf, excepted };
}

/** The query of a page; exported so that its plan can be tested. */
export function findingsQuery(
  tenant: string,
  filter: FindingFilter,
  limit: number,
  after: FindingCursor | null,
): { sql: string; parameters: unknown[] } {
  const { where, asOf, excepted } = conditionsOf(tenant, filter);
  if (after !== null)
    where.add((rank, id) => `(f.severity_rank, f.finding_id) > (${rank}::smallint, ${id}::uuid)`, ...after);
  const status = filter.status === 'resolved' ? `'resolved'` : `case when ${excepted} then 'excluded' else 'open' end`;
  const resolvedAt = filter.status === 'resolved' ? 'f.known_until' : 'null::timestamptz';
  const sql = `
    select f.finding_id as id, f.severity_rank as "severityRank", f.body as finding, ${status} as status,
           case when e.cve is not null then jsonb_build_object(
             'score', e.score, 'percentile', e.percentile, 'date', (select version from feeds where name = 'epss')) end as epss,
           ${resolvedAt} as "resolvedAt", said.engines, said."firstSeenAt",
           coalesce(${resolvedAt}, said."lastSeenAt", f.known_from) as "lastSeenAt",
           jsonb_build_object('kind', s.kind, 'provider', s.provider, 'org', s.org, 'repo', s.repo, 'branch', s.branch,
                              'prId', s.pr_id, 'imageName', s.image_name) as subject
      from ${source}
      cross join lateral (
        select array_agg(distinct engine) as engines, min(o.first_seen_at) as "firstSeenAt",
               max(scan.scanned_at) as "lastSeenAt"
          from findings o
          left join subject_scans scan on scan.subject_id = o.subject_id and scan.tool = o.tool
          cross join lateral jsonb_array_elements_text(o.body -> 'engines') as engine
         where o.subject_id = f.subject_id and o.key = f.key and (o.id = f.id or ${isOpen('o', asOf)})
      ) said
     where ${where.text}
     order by f.severity_rank, f.finding_id
     limit ${where.parameter(limit)}`;
  return { sql, parameters: where.parameters };
}

function addFilters(where: SqlConditions, filter: FindingFilter): void {
  const { id, severities: wanted, kev, epssMin, repository, image, purl, vulnerabilityId, group, visible } = filter;
  if (id !== undefined) where.add((p) => `f.finding_id = ${p}::uuid`, id);
  if (wanted !== undefined) {
    where.add(
      (p) => `f.severity_rank = any(${p}::smallint[])`,
      wanted.map((each) => severities.indexOf(each)),
    );
  }
  if (kev !== undefined) where.add((p) => `f.kev = ${p}::boolean`, kev);
  if (epssMin !== undefined) where.add((p) => `e.score >= ${p}::real`, epssMin);
  if (repository !== undefined) {
    where.add((p) => `s.repo = ${p}`, repository.repo);
    if (repository.org !== null) where.add((p) => `s.org = ${p}`, repository.org);
  }
  if (image !== undefined) where.add((p) => `s.image_name = ${p}`, image);
  if (purl !== undefined) {
    // Without a version every version is meant: what begins with the purl and an @ (0x40), that is, ends before A (0x41).
    where.add(
      (p) => `(f.purl collate "C" = ${p} or f.purl collate "C" >= ${p} || '@' and f.purl collate "C" < ${p} || 'A')`,
      purl,
    );
  }
  if (group !== undefined) where.add((p) => `f.group_id = ${p}::uuid`, group);
  if (vulnerabilityId !== undefined) where.add((p) => `f.vulnerability_id = ${p}`, vulnerabilityId);
  if (visible !== null) {
    where.add(
      (orgs, repos) => `(s.org, s.repo) in (select * from unnest(${orgs}::text[], ${repos}::text[]))`,
      visible.map(({ org }) => org),
      visible.map(({ repo }) => repo),
    );
  }
}
