import type { Severity, TenantSlug, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { limits } from '../limits.js';
import type { SlaDays } from '../policies/sla-policy.js';
import type { Clock, ClockIdentity, ClockStatus, LastSeen } from './clock.js';

interface ClockRow {
  readonly tenant: TenantSlug;
  readonly id: Uuid;
  readonly subject_key: string;
  readonly clock_key: string;
  readonly vulnerability_id: string;
  readonly severity: Severity;
  readonly status: ClockStatus;
  readonly started_at: Date;
  readonly due_at: Date | null;
  readonly paused_at: Date | null;
  readonly paused_ms: string;
  readonly stopped_at: Date | null;
  readonly breached_at: Date | null;
  readonly findings: Record<string, LastSeen>;
}

/** A clock that ran out, and whose it is. */
export interface BreachedClock {
  readonly tenant: TenantSlug;
  readonly clock: Clock;
}

const columns = `c.tenant, c.id, c.subject_key, c.clock_key, c.vulnerability_id, c.severity, c.status, c.started_at, c.due_at,
  c.paused_at, c.paused_ms, c.stopped_at, c.breached_at, c.findings`;

/** The only SQL that moves clocks. */
export class ClocksStore {
  /**
   * Waits until nobody else runs clocks of these subjects or changes the tenant's policy. Rows that do not exist yet
   * cannot be locked, so names are: sorted, that two never wait for each other.
   */
  async lockSubjects(tx: Transaction, subjectKeys: readonly string[]): Promise<void> {
    await tx.query('select pg_advisory_xact_lock_shared(hashtextextended($1, 0))', [policyLock(tx.tenant)]);
    await tx.query(
      `select pg_advisory_xact_lock(hashtextextended(name, 0))
         from (select distinct unnest($1::text[]) as name order by 1) names`,
      [subjectKeys.map((key) => `clocks of ${tx.tenant} ${key}`)],
    );
  }

  /** Waits until no judgement is being digested that goes by the policy as it was. */
  async lockPolicy(tx: Transaction): Promise<void> {
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [policyLock(tx.tenant)]);
  }

  async load(tx: Transaction, wanted: readonly ClockIdentity[]): Promise<Clock[]> {
    const rows = await tx.query<ClockRow>(
      `select ${columns} from unnest($1::text[], $2::text[]) as wanted (clock_key, subject_key)
         join clocks c on c.clock_key = wanted.clock_key and c.subject_key = wanted.subject_key
        where c.tenant = $3`,
      [wanted.map(({ clockKey }) => clockKey), wanted.map(({ subjectKey }) => subjectKey), tx.tenant],
    );
    return rows.map(toClock);
  }

  /** Adds and changes clocks in one statement. A breach stays, unless the clock has begun anew. */
  async save(tx: Transaction, clocks: readonly Clock[]): Promise<void> {
    const sorted = clocks.toSorted((one, other) => (one.id < other.id ? -1 : 1));
    await tx.query(
      `insert into clocks (tenant, id, subject_key, clock_key, vulnerability_id, severity, status, started_at, due_at,
                           paused_at, paused_ms, stopped_at, findings)
       select $1, * from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[],
         $9::timestamptz[], $10::timestamptz[], $11::bigint[], $12::timestamptz[], $13::jsonb[])
       on conflict (tenant, id) do update set vulnerability_id = excluded.vulnerability_id,
         severity = excluded.severity, status = excluded.status, started_at = excluded.started_at,
         due_at = excluded.due_at, paused_at = excluded.paused_at, paused_ms = excluded.paused_ms,
         stopped_at = excluded.stopped_at, findings = excluded.findings,
         breached_at = case when clocks.status = 'stopped' and excluded.status <> 'stopped'
                            and clocks.started_at <> excluded.started_at then null
                       else clocks.breached_at end`,
      [
        tx.tenant,
        sorted.map(({ id }) => id),
        sorted.map(({ subjectKey }) => subjectKey),
        sorted.map(({ clockKey }) => clockKey),
        sorted.map(({ vulnerabilityId }) => vulnerabilityId),
        sorted.map(({ severity }) => severity),
        sorted.map(({ status }) => status),
        sorted.map(({ startedAt }) => startedAt),
        sorted.map(({ dueAt }) => dueAt),
        sorted.map(({ pausedAt }) => pausedAt),
        sorted.map(({ pausedMs }) => pausedMs),
        sorted.map(({ stoppedAt }) => stoppedAt),
        sorted.map(({ findings }) => JSON.stringify(findings)),
      ],
    );
  }

  /** Gives every running clock of the tenant the date that these days make. One that is no longer late may breach again. */
  async applyPolicy(tx: Transaction, days: SlaDays): Promise<void> {
    await tx.query(
      `update clocks set due_at = due.at, breached_at = case when due.at <= $3 then breached_at end
         from (select tenant, id, started_at + (($2::jsonb ->> severity)::integer) * interval '1 day'
                        + paused_ms * interval '1 millisecond' as at
                 from clocks where tenant = $1 and status = 'running') due
        where clocks.tenant = due.tenant and clocks.id = due.id and clocks.due_at is distinct from due.at`,
      [tx.tenant, JSON.stringify(days), tx.now],
    );
  }

  /** Marks the next slice of clocks that ran out, of all tenants, and opens their violations. As the job role. */
  async markBreached(tx: Transaction): Promise<BreachedClock[]> {
    const rows = await tx.query<ClockRow>(
      `with late as (
         select tenant, id from clocks where status = 'running' and breached_at is null and due_at <= $1
          order by due_at limit $2 for update skip locked
       ), marked as (
         update clocks c set breached_at = $1 from late where c.tenant = late.tenant and c.id = late.id
         returning ${columns}
       ), opened as (
         insert into sla_violations (tenant, id, clock_id, subject_key, clock_key, vulnerability_id, severity, started_at,
                                     due_at, breached_at)
         select tenant, gen_random_uuid(), id, subject_key, clock_key, vulnerability_id, severity, started_at, due_at, $1
           from marked
       )
       select * from marked`,
      [tx.now, limits.breachSlice],
    );
    return rows.map((row) => ({ tenant: row.tenant, clock: toClock(row) }));
  }

  /** Takes the end of violations back, of clocks that had stopped too early and go on. */
  async reopenViolations(tx: Transaction, clockIds: readonly Uuid[]): Promise<void> {
    await tx.query(
      `update sla_violations v set ended_at = null from clocks c
        where v.tenant = $1 and v.clock_id = any($2::uuid[]) and v.ended_at is not null
          and c.tenant = v.tenant and c.id = v.clock_id and c.breached_at = v.breached_at`,
      [tx.tenant, clockIds],
    );
  }

  /** Ends the violations of clocks that stopped. */
  async endViolations(tx: Transaction, clockIds: readonly Uuid[]): Promise<void> {
    await tx.query(
      'update sla_violations set ended_at = $2 where tenant = $1 and clock_id = any($3::uuid[]) and ended_at is null',
      [tx.tenant, tx.now, clockIds],
    );
  }
}

function policyLock(tenant: TenantSlug): string {
  return `sla policy of ${tenant}`;
}

function toClock(row: ClockRow): Clock {
  const { id, severity, status, findings } = row;
  return {
    id,
    subjectKey: row.subject_key,
    clockKey: row.clock_key,
    vulnerabilityId: row.vulnerability_id,
    severity,
    status,
    startedAt: row.started_at,
    dueAt: row.due_at,
    pausedAt: row.paused_at,
    pausedMs: Number(row.paused_ms),
    stoppedAt: row.stopped_at,
    breachedAt: row.breached_at,
    findings,
  };
}
