import type { RuleStatus } from '@assay/contracts';
import type { Severity, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import type { RuleKey } from './rules.store.js';

/** A waiver as case-engine grants it. */
export interface GrantedWaiver {
  readonly exceptionId: Uuid;
  readonly ruleRef: string;
  readonly scope: 'tenant' | 'host' | 'host-group';
  readonly host: string | null;
  readonly hostGroup: string | null;
  readonly reason: string;
  readonly expiresAt: string | null;
}

/** A result that did not pass and is waived. */
export interface WaivedResult {
  readonly key: RuleKey;
  readonly status: RuleStatus;
  readonly severity: Severity;
}

/** What a changed waiver made of a result that needs attention. */
export interface FlippedResult {
  readonly hostId: Uuid;
  readonly profileId: Uuid;
  readonly key: RuleKey;
  readonly status: RuleStatus;
  readonly waived: boolean;
}

/** What a waiver may have changed for: one rule on all hosts, or all rules on one host. */
export type Concerned = { readonly ruleRef: string } | { readonly hostId: Uuid };

/** True for a waiver `w` that covers the host `h`. */
const coversHost = `(w.scope = 'tenant' or (w.scope = 'host-group' and w.host_group = any(h.groups))
  or (w.scope = 'host' and (w.host = h.id::text or lower(w.host) in (lower(h.hostname), lower(h.friendly_name))
    or exists (select 1 from host_ids i where i.tenant = h.tenant and i.host_id = h.id and i.id = w.host)
    or exists (select 1 from hosts j where j.tenant = h.tenant and j.joined_into = h.id and j.id::text = w.host))))`;

const waivedResults = `
  select result.rule_key as key, result.status, r.severity
    from hosts h
    join benchmark_waivers w on w.tenant = h.tenant and w.ended_at is null and w.rule_ref is not null and ${coversHost}
    join benchmark_rules r on r.tenant = w.tenant and r.rule_ref = w.rule_ref and r.profile_id = $3
    join (select s.scan_id, u.rule_key, u.status from benchmark_result_slices s
           cross join lateral unnest(s.rule_keys, s.statuses) as u (rule_key, status)
           where s.tenant = $1 and s.scan_id = $4 and u.status in ('fail', 'warn', 'error')) result on result.rule_key = r.key
   where h.tenant = $1 and h.id = $2
   group by 1, 2, 3 order by 1`;

/** Results of latest scans whose mark is not what the waivers say: of a rule or of a host, which `$2` names. */
const wronglyMarked = (by: 'r.rule_ref' | 'o.host_id'): string => `
  select o.rule_key, o.host_id, o.profile_id, not o.waived as waived
    from benchmark_open_results o
    join benchmark_rules r on r.tenant = o.tenant and r.key = o.rule_key
    join hosts h on h.id = o.host_id
   where o.tenant = $1 and ${by} = $2
     and o.waived <> exists (select 1 from benchmark_waivers w
                              where w.tenant = o.tenant and w.rule_ref = r.rule_ref and w.ended_at is null and ${coversHost})`;

const concernedHosts = (by: 'r.rule_ref' | 'o.host_id'): string => `
  select distinct host_id as "hostId"
    from (${wronglyMarked(by)} order by o.rule_key, o.host_id limit $3) wrong order by 1`;

const flip = (by: 'r.rule_ref' | 'o.host_id'): string => `
  with wrong as materialized (${wronglyMarked(by)} and o.host_id = any($3::uuid[])),
  flipped as (
    update benchmark_open_results o set waived = wrong.waived from wrong
     where o.tenant = $1 and o.rule_key = wrong.rule_key and o.host_id = wrong.host_id
    returning o.host_id, o.profile_id, o.rule_key, o.status, o.waived
  ), counted as (
    insert into benchmark_rule_totals as t (tenant, rule_key, profile_id, hosts, passing, failing, warning, errors, waived)
    select $1, rule_key, profile_id, 0, 0, 0, 0, 0, sum(case when waived then 1 else -1 end)
      from wrong group by rule_key, profile_id order by rule_key
    on conflict (tenant, rule_key) do update set waived = t.waived + excluded.waived
  )
  select host_id as "hostId", profile_id as "profileId", rule_key as key, status, waived from flipped`;

// Two texts each: the plan is made once, and the best for a rule is not the best for a host.
const concernedByRule = concernedHosts('r.rule_ref');
const concernedByHost = concernedHosts('o.host_id');
const flipByRule = flip('r.rule_ref');
const flipByHost = flip('o.host_id');

/** The lagging copy of waivers, and the marks that they leave on results of latest scans. */
export class WaiversStore {
  /** Recordings go on beside each other, and wait while waivers change: none is judged by waivers that have just changed. */
  async lockForRecording(tx: Transaction): Promise<void> {
    await tx.query('select pg_advisory_xact_lock_shared(hashtextextended($1, 0))', [`waivers of ${tx.tenant}`]);
  }

  async lockForChange(tx: Transaction): Promise<void> {
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`waivers of ${tx.tenant}`]);
  }

  /** Keeps a waiver. One whose end was heard of already stays ended. */
  async grant(tx: Transaction, waiver: GrantedWaiver): Promise<void> {
    await tx.query(
      `insert into benchmark_waivers as w (tenant, exception_id, rule_ref, scope, host, host_group, reason, expires_at, granted_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       on conflict (tenant, exception_id) do update set rule_ref = excluded.rule_ref, scope = excluded.scope,
         host = excluded.host, host_group = excluded.host_group, reason = excluded.reason,
         expires_at = coalesce(w.expires_at, excluded.expires_at), granted_at = excluded.granted_at`,
      [
        tx.tenant,
        waiver.exceptionId,
        waiver.ruleRef,
        waiver.scope,
        waiver.host,
        waiver.hostGroup,
        waiver.reason,
        waiver.expiresAt,
        tx.now,
      ],
    );
  }

  /** Another date. What an exception covers never changes; that it is over, case-engine says. */
  async changeExpiry(tx: Transaction, exceptionId: Uuid, expiresAt: string | null): Promise<void> {
    await tx.query('update benchmark_waivers set expires_at = $3 where tenant = $1 and exception_id = $2', [
      tx.tenant,
      exceptionId,
      expiresAt,
    ]);
  }

  /** Ends a waiver and gives the rule it was for; null if its grant was not heard of yet, or was none of ours. */
  async end(tx: Transaction, exceptionId: Uuid): Promise<string | null> {
    const [row] = await tx.query<{ ruleRef: string | null }>(
      `insert into benchmark_waivers (tenant, exception_id, ended_at) values ($1, $2, $3)
       on conflict (tenant, exception_id) do update set ended_at = excluded.ended_at
       returning rule_ref as "ruleRef"`,
      [tx.tenant, exceptionId, tx.now],
    );
    return row!.ruleRef;
  }

  /** The results of a scan that did not pass and are waived, with the waivers of this moment. */
  async waivedResults(tx: Transaction, hostId: Uuid, profileId: Uuid, scanId: Uuid): Promise<WaivedResult[]> {
    return tx.query<WaivedResult>(waivedResults, [tx.tenant, hostId, profileId, scanId]);
  }

  /** Hosts of the next slice of results that are marked wrongly. */
  async concernedHosts(tx: Transaction, concerned: Concerned, limit: number): Promise<Uuid[]> {
    const rows =
      'ruleRef' in concerned
        ? await tx.query<{ hostId: Uuid }>(concernedByRule, [tx.tenant, concerned.ruleRef, limit])
        : await tx.query<{ hostId: Uuid }>(concernedByHost, [tx.tenant, concerned.hostId, limit]);
    return rows.map((row) => row.hostId);
  }

  /** Marks results of these hosts anew, and counts that in the totals of their rules. The hosts are locked. */
  async flip(tx: Transaction, concerned: Concerned, hostIds: readonly Uuid[]): Promise<FlippedResult[]> {
    return 'ruleRef' in concerned
      ? tx.query<FlippedResult>(flipByRule, [tx.tenant, concerned.ruleRef, hostIds])
      : tx.query<FlippedResult>(flipByHost, [tx.tenant, concerned.hostId, hostIds]);
  }
}
