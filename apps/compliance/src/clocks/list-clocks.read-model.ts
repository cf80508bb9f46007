import type { Severity, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import type { ClockStatus } from './clock.js';

/** What a list of clocks can be asked for: a status, or those that ran out and run on. */
export const clockFilters = ['running', 'paused', 'stopped', 'breached'] as const;
export type ClockFilter = (typeof clockFilters)[number];

/** A clock as it is shown. */
export interface ClockView {
  readonly id: Uuid;
  readonly subjectKey: string;
  readonly clockKey: string;
  readonly vulnerabilityId: string;
  readonly severity: Severity;
  readonly status: ClockStatus;
  readonly startedAt: Date;
  readonly dueAt: Date | null;
  readonly pausedAt: Date | null;
  readonly stoppedAt: Date | null;
  readonly breachedAt: Date | null;
}

/** A clock that ran out. `endedAt` is when what it ran for was resolved after all. */
export interface ViolationView {
  readonly id: Uuid;
  readonly clockId: Uuid;
  readonly subjectKey: string;
  readonly clockKey: string;
  readonly vulnerabilityId: string;
  readonly severity: Severity;
  readonly startedAt: Date;
  readonly dueAt: Date;
  readonly breachedAt: Date;
  readonly endedAt: Date | null;
}

/** Where a page of violations ended. */
export interface ViolationPosition {
  readonly at: string;
  readonly id: Uuid;
}

/** What people see of clocks. */
export class ListClocks {
  /** Newest first along the primary key. */
  async clocks(
    tx: Transaction,
    filter: { readonly status: ClockFilter | null; readonly severity: Severity | null },
    limit: number,
    before: Uuid | null,
  ): Promise<ClockView[]> {
    return tx.query<ClockView>(
      `select id, subject_key as "subjectKey", clock_key as "clockKey", vulnerability_id as "vulnerabilityId", severity,
              status, started_at as "startedAt", due_at as "dueAt", paused_at as "pausedAt", stopped_at as "stoppedAt",
              breached_at as "breachedAt"
         from clocks
        where tenant = $1 and ($2::uuid is null or id < $2) and ($3::text is null or severity = $3)
          and ($4::text is null or status = $4 or ($4 = 'breached' and status = 'running' and breached_at is not null))
        order by id desc limit $5`,
      [tx.tenant, before, filter.severity, filter.status, limit],
    );
  }

  /** Newest first along `sla_violations_newest_idx`. */
  async violations(
    tx: Transaction,
    severity: Severity | null,
    limit: number,
    after: ViolationPosition | null,
  ): Promise<ViolationView[]> {
    return tx.query<ViolationView>(
      `select id, clock_id as "clockId", subject_key as "subjectKey", clock_key as "clockKey",
              vulnerability_id as "vulnerabilityId", severity, started_at as "startedAt", due_at as "dueAt",
              breached_at as "breachedAt", ended_at as "endedAt"
         from sla_violations
        where tenant = $1 and ($2::text is null or severity = $2)
          and ($3::timestamptz is null or (breached_at, id) < ($3, $4::uuid))
        order by breached_at desc, id desc limit $5`,
      [tx.tenant, severity, after?.at ?? null, after?.id ?? null, limit],
    );
  }
}
