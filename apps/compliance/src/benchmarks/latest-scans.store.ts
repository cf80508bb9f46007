import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import type { RuleKey } from './rules.store.js';

/** Which scan is the latest of a host and profile, and which should be. */
export interface LatestScan {
  readonly was: Uuid | null;
  readonly is: Uuid | null;
}

/**
 * What differs between two scans moves three tables: results that need attention, how many hosts each rule has by status,
 * and nothing for a rule that came to the same. `$4` is the scan that was the latest, `$5` the one that is.
 */
const applyDifference = `
  with was as (
    select r.rule_key, r.status from benchmark_result_slices s
     cross join lateral unnest(s.rule_keys, s.statuses) as r (rule_key, status)
     where s.tenant = $1 and s.scan_id = $4
  ), present as (
    select r.rule_key, r.status from benchmark_result_slices s
     cross join lateral unnest(s.rule_keys, s.statuses) as r (rule_key, status)
     where s.tenant = $1 and s.scan_id = $5
  ), changed as materialized (
    select rule_key, was.status as was, present.status as is_now,
           coalesce(was.status in ('fail', 'warn', 'error'), false) as was_open,
           coalesce(present.status in ('fail', 'warn', 'error'), false) as is_open
      from was full join present using (rule_key)
     where was.status is distinct from present.status
  ), closed as (
    delete from benchmark_open_results o using changed c
     where o.tenant = $1 and o.host_id = $2 and o.rule_key = c.rule_key and c.was_open and not c.is_open
    returning o.rule_key, o.waived
  ), opened as (
    insert into benchmark_open_results (tenant, rule_key, host_id, profile_id, status, waived, since)
    select $1, rule_key, $2, $3, is_now, rule_key = any($6::bigint[]), $7 from changed where is_open
    on conflict (tenant, rule_key, host_id) do update set status = excluded.status
  )
  insert into benchmark_rule_totals as t (tenant, rule_key, profile_id, hosts, passing, failing, warning, errors, waived)
  select $1, c.rule_key, $3,
         (c.is_now is not null)::int - (c.was is not null)::int,
         coalesce(c.is_now = 'pass', false)::int - coalesce(c.was = 'pass', false)::int,
         coalesce(c.is_now = 'fail', false)::int - coalesce(c.was = 'fail', false)::int,
         coalesce(c.is_now = 'warn', false)::int - coalesce(c.was = 'warn', false)::int,
         coalesce(c.is_now = 'error', false)::int - coalesce(c.was = 'error', false)::int,
         (c.is_open and not c.was_open and c.rule_key = any($6::bigint[]))::int - coalesce(closed.waived, false)::int
    from changed c left join closed using (rule_key)
   order by c.rule_key
  on conflict (tenant, rule_key) do update set hosts = t.hosts + excluded.hosts, passing = t.passing + excluded.passing,
    failing = t.failing + excluded.failing, warning = t.warning + excluded.warning, errors = t.errors + excluded.errors,
    waived = t.waived + excluded.waived`;

/** The only SQL that says which scan is the latest, and what follows from that for the dashboard. */
export class LatestScansStore {
  /** Of a removed host none should be. */
  async find(tx: Transaction, hostId: Uuid, profileId: Uuid): Promise<LatestScan> {
    const [row] = await tx.query<LatestScan>(
      `select (select scan_id from benchmark_latest where tenant = $1 and host_id = $2 and profile_id = $3) as was,
              (select s.id from benchmark_scans s join hosts h on h.id = s.host_id and h.removed_at is null
                where s.tenant = $1 and s.host_id = $2 and s.profile_id = $3 and s.status = 'completed'
                order by s.ordered_at desc, s.accepted_at desc, s.id desc limit 1) as is`,
      [tx.tenant, hostId, profileId],
    );
    return row!;
  }

  /** Moves everything that follows from the latest scan from one scan to another. `waived` are keys of waived rules. */
  async move(
    tx: Transaction,
    hostId: Uuid,
    profileId: Uuid,
    { was, is }: LatestScan,
    waived: readonly RuleKey[],
  ): Promise<void> {
    await tx.query(applyDifference, [tx.tenant, hostId, profileId, was, is, waived, tx.now]);
    await tx.query(
      `update benchmark_scans set is_latest = (id is not distinct from $3::uuid) where tenant = $1 and id in ($2::uuid, $3::uuid)`,
      [tx.tenant, was, is],
    );
    await (is === null ? this.remove(tx, hostId, profileId) : this.put(tx, is));
  }

  /** Profiles of which the host has a latest scan, or could have one. */
  async profilesOf(tx: Transaction, hostId: Uuid): Promise<Uuid[]> {
    const rows = await tx.query<{ profileId: Uuid }>(
      `select profile_id as "profileId" from benchmark_latest where tenant = $1 and host_id = $2
       union select profile_id from benchmark_scans where tenant = $1 and host_id = $2 and status = 'completed'
       order by 1`,
      [tx.tenant, hostId],
    );
    return rows.map(({ profileId }) => profileId);
  }

  private async put(tx: Transaction, scanId: Uuid): Promise<void> {
    await tx.query(
      `insert into benchmark_latest (tenant, host_id, profile_id, profile_type, scan_id, started_at, completed_at,
         ordered_at, accepted_at, total, passed, failed, warnings, skipped, not_applicable, errors, waived, score,
         effective_score, xccdf_score)
       select s.tenant, s.host_id, s.profile_id, p.type, s.id, s.started_at, s.completed_at, s.ordered_at, s.accepted_at,
              s.total, s.passed, s.failed, s.warnings, s.skipped, s.not_applicable, s.errors, cardinality(s.waived), s.score,
              s.effective_score, s.xccdf_score
         from benchmark_scans s join benchmark_profiles p on p.tenant = s.tenant and p.id = s.profile_id
        where s.tenant = $1 and s.id = $2
       on conflict (tenant, host_id, profile_id) do update set profile_type = excluded.profile_type,
         scan_id = excluded.scan_id, started_at = excluded.started_at, completed_at = excluded.completed_at,
         ordered_at = excluded.ordered_at, accepted_at = excluded.accepted_at, total = excluded.total,
         passed = excluded.passed, failed = excluded.failed, warnings = excluded.warnings, skipped = excluded.skipped,
         not_applicable = excluded.not_applicable, errors = excluded.errors, waived = excluded.waived,
         score = excluded.score, effective_score = excluded.effective_score, xccdf_score = excluded.xccdf_score`,
      [tx.tenant, scanId],
    );
  }

  private async remove(tx: Transaction, hostId: Uuid, profileId: Uuid): Promise<void> {
    await tx.query('delete from benchmark_latest where tenant = $1 and host_id = $2 and profile_id = $3', [
      tx.tenant,
      hostId,
      profileId,
    ]);
  }
}
