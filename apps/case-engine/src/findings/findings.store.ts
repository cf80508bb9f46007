import type { Finding } from '@assay/contracts';
import { severities, type Severity, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { type Difference, type Known, placeOf, type State } from './judgement.js';

interface KnownRow {
  readonly case_id: number;
  readonly key: string;
  readonly state: State;
  readonly exception_id: Uuid | null;
  readonly severity: Severity;
  readonly kev: boolean;
  readonly grp: Uuid | null;
  readonly place: string;
  readonly engines: readonly string[] | null;
}

/**
 * That the cases are among `$2` says nothing new, except to the planner: without statistics it takes a tenant to have one
 * finding and begins with that, and a fresh installation then reads all of them for each judgement.
 */
const record = `
  with ending as (
    update findings f set known_until = e.at, ended_as = e.ended_as, unseen = e.unseen
      from unnest($2::integer[], $3::text[], $4::text[], $5::timestamptz[], $20::boolean[]) as e(case_id, key, ended_as, at, unseen)
     where f.case_id = any($2) and f.case_id = e.case_id and f.key = e.key and f.known_until is null
    returning f.case_id, f.ended_as, f.detail
  ), news as (
    select b.*, earlier.first_seen_at as earlier_at, earlier.unseen
      from unnest($6::integer[], $7::text[], $8::timestamptz[], $9::text[], $10::uuid[], $11::text[], $12::smallint[],
                  $13::boolean[], $14::uuid[], $15::text[], $16::text[], $17::text[])
             as b(case_id, key, at, state, exception_id, severity, severity_rank, kev, grp, vulnerability_id, place, detail)
      left join lateral (select min(o.first_seen_at) as first_seen_at,
                                (array_agg(o.unseen order by o.known_from desc))[1] as unseen
                           from findings o where o.case_id = b.case_id and o.key = b.key) earlier on true
  ), beginning as (
    insert into findings (tenant, case_id, key, known_from, first_seen_at, state, exception_id, severity, severity_rank,
                          kev, grp, vulnerability_id, place, detail)
    select $1, b.case_id, b.key, b.at, coalesce(b.earlier_at, b.at), b.state, b.exception_id, b.severity,
           b.severity_rank, b.kev, b.grp, b.vulnerability_id, b.place, b.detail::jsonb
      from news b
     where (select count(*) from ending) >= 0
  ), names as (
    insert into vulnerability_names (tenant, name, grp)
    select distinct $1, n.name, n.grp from unnest($18::text[], $19::uuid[]) as n(name, grp) order by 2, 3
    on conflict do nothing
  )
  select case_id, detail, null as again from ending where ended_as = 'resolved'
  union all
  select case_id, null, key from news where unseen`;

/** What a judgement changed in one case, and when. */
export interface CaseDifference {
  readonly caseId: number;
  readonly difference: Difference;
  readonly at: Date;
}

/** What writing the differences of a case brought to light. */
export interface RecordedDifference {
  /** What is not there any more. */
  readonly gone: readonly Finding[];
  /** Keys of what had only not been seen, as long as the documents of a run were under way. */
  readonly again: ReadonlySet<string>;
}

/**
 * Judged findings as intervals: what was known of a case, from when until when. Intervals end and begin, and are never
 * overwritten. EPSS scores and fixed versions in `detail` are those of the judgement that began the interval.
 */
@Injectable()
export class FindingsStore {
  /** What is open of these cases, by their numbers. */
  async openOf(tx: Transaction, caseIds: readonly number[]): Promise<Map<number, readonly Known[]>> {
    const rows = await tx.query<KnownRow>(
      `select case_id, key, state, exception_id, severity, kev, grp, place, detail -> 'engines' as engines from findings
        where case_id = any($1::integer[]) and known_until is null`,
      [caseIds],
    );
    const open = new Map<number, Known[]>(caseIds.map((id) => [id, []]));
    for (const row of rows) {
      open.get(row.case_id)?.push({
        key: row.key,
        state: row.state,
        exceptionId: row.exception_id,
        severity: row.severity,
        kev: row.kev,
        group: row.grp,
        place: row.place,
        engines: row.engines ?? [],
      });
    }
    return open;
  }

  /** What is open of a case. */
  async open(tx: Transaction, caseId: number): Promise<readonly Known[]> {
    return (await this.openOf(tx, [caseId])).get(caseId) ?? [];
  }

  /** Writes what judgements changed and gives the findings that are gone. See `recordByCase`. */
  async record(tx: Transaction, changes: readonly CaseDifference[]): Promise<Finding[]> {
    return [...(await this.recordByCase(tx, changes)).values()].flatMap(({ gone }) => gone);
  }

  /**
   * Writes what judgements changed, of each case one, and says by the number of the case what that brought to light.
   * That intervals have ended is made sure before others begin, because a key may do both.
   */
  async recordByCase(tx: Transaction, changes: readonly CaseDifference[]): Promise<Map<number, RecordedDifference>> {
    await this.rename(tx, changes);
    const ending = changes.flatMap(({ caseId, difference, at }) =>
      difference.ending.map((each) => ({ ...each, caseId, at })),
    );
    const beginning = changes.flatMap(({ caseId, difference, at }) =>
      difference.beginning.map((each) => ({ ...each, caseId, at })),
    );
    if (ending.length === 0 && beginning.length === 0) return new Map();
    const found = beginning.map(({ finding }) => finding);
    const names = found.flatMap(({ group, vulnerabilityId, aliases }) =>
      group === null ? [] : [vulnerabilityId, ...aliases].map((name) => ({ name, group })),
    );
    const rows = await tx.query<{ case_id: number; detail: Finding | null; again: string | null }>(record, [
      tx.tenant,
      ending.map(({ caseId }) => caseId),
      ending.map(({ key }) => key),
      ending.map(({ as }) => as),
      ending.map(({ at }) => at),
      beginning.map(({ caseId }) => caseId),
      found.map(({ key }) => key),
      beginning.map(({ at }) => at),
      beginning.map(({ state }) => state),
      beginning.map(({ exceptionId }) => exceptionId),
      found.map(({ severity }) => severity),
      found.map(({ severity }) => severities.indexOf(severity)),
      found.map(({ kev }) => kev !== null),
      found.map(({ group }) => group),
      found.map(({ vulnerabilityId }) => vulnerabilityId),
      found.map(placeOf),
      found.map((finding) => JSON.stringify(finding)),
      names.map(({ name }) => name),
      names.map(({ group }) => group),
      ending.map(({ unseen = false }) => unseen),
    ]);
    const recorded = new Map<number, { gone: Finding[]; again: Set<string> }>();
    for (const { case_id, detail, again } of rows) {
      const ofCase = recorded.get(case_id) ?? { gone: [], again: new Set() };
      recorded.set(case_id, ofCase);
      if (detail !== null) ofCase.gone.push(detail);
      if (again !== null) ofCase.again.add(again);
    }
    return recorded;
  }

  /** All intervals of a finding follow its new key, so that first-seen stays. */
  private async rename(tx: Transaction, changes: readonly CaseDifference[]): Promise<void> {
    const renamed = changes.flatMap(({ caseId, difference }) =>
      difference.renamed.map((each) => ({ ...each, caseId })),
    );
    if (renamed.length === 0) return;
    await tx.query(
      `update findings f set key = n.new_key from unnest($1::integer[], $2::text[], $3::text[]) as n(case_id, old_key, new_key)
        where f.case_id = n.case_id and f.key = n.old_key and f.case_id = any($1)`,
      [renamed.map(({ caseId }) => caseId), renamed.map(({ from }) => from), renamed.map(({ to }) => to)],
    );
  }
}
