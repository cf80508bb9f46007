import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import { noRescanCounts, type Rescan, type RunOutcome, type RunRescanState } from './rescan.js';

const columns = `id, trigger, scope, refresh, feeds, started_by as "startedBy", started_at as "startedAt", ended_at as "endedAt",
  jobs, total, verified, done, stopped, failed, new_findings as "newFindings", new_kev as "newKev"`;

const ended: ReadonlySet<RunRescanState> = new Set(['done', 'stopped', 'failed']);

/** Rescans, and the list of runs that each of them works through. */
@Injectable()
export class RescansStore {
  async add(tx: Transaction, rescan: Pick<Rescan, 'id' | 'trigger' | 'scope' | 'refresh' | 'feeds'>): Promise<void> {
    const { id, trigger, scope, refresh, feeds } = rescan;
    await tx.query(
      `insert into rescans (tenant, id, trigger, scope, refresh, feeds, started_by, started_at, total)
       values ($1, $2, $3, $4, $5, $6, $7, $8, 0)`,
      [tx.tenant, id, trigger, JSON.stringify(scope), jsonOf(refresh), jsonOf(feeds), tx.actor, tx.now],
    );
  }

  /** Says how many runs it has and which jobs work on them; without runs it has ended. */
  async begin(tx: Transaction, id: Uuid, total: number, jobs: readonly Uuid[]): Promise<void> {
    await tx.query(
      `update rescans set total = $2, jobs = $3, ended_at = case when $2 = 0 then $4::timestamptz end where id = $1`,
      [id, total, jobs, tx.now],
    );
  }

  /** A rescan that still waits for feeds to be refreshed, and since when; null if it does not. */
  async waitsForFeeds(tx: Transaction, id: Uuid): Promise<{ readonly startedAt: Date } | null> {
    const [row] = await tx.query<{ startedAt: Date }>(
      `select started_at as "startedAt" from rescans where id = $1 and refresh->>'state' = 'waiting'`,
      [id],
    );
    return row ?? null;
  }

  /** Ends that wait, once. */
  async feedsAre(tx: Transaction, id: Uuid, { refresh, feeds }: Pick<Rescan, 'refresh' | 'feeds'>): Promise<void> {
    await tx.query(
      `update rescans set refresh = $2, feeds = coalesce($3, feeds) where id = $1 and refresh->>'state' = 'waiting'`,
      [id, jsonOf(refresh), jsonOf(feeds)],
    );
  }

  /** The next runs in this state that nobody else has, locked until the transaction ends. */
  async take(tx: Transaction, rescanId: Uuid, state: 'waiting' | 'verified'): Promise<Uuid[]> {
    const rows = await tx.query<{ run_id: Uuid }>(
      `select run_id from run_rescans
        where rescan_id = $1 and state = $2 and state in ('waiting', 'verified') and due_at <= clock_timestamp()
        order by run_id limit $3 for update skip locked`,
      [rescanId, state, limits.rescanSliceRuns],
    );
    return rows.map((row) => row.run_id);
  }

  /** True while some runs of the rescan have been put off. What others have in their hands they bring to its end. */
  async hasPutOff(tx: Transaction, rescanId: Uuid): Promise<boolean> {
    const rows = await tx.query(
      `select run_id from run_rescans where rescan_id = $1 and state in ('waiting', 'verified')
        limit 1 for update skip locked`,
      [rescanId],
    );
    return rows.length > 0;
  }

  /** Writes what became of runs, and the rescan's numbers with it; with its last run the rescan has ended. */
  async settle(tx: Transaction, rescanId: Uuid, outcomes: readonly RunOutcome[], putOffMs: number): Promise<void> {
    const rows = outcomes.map((outcome) => ({
      run_id: outcome.runId,
      state: outcome.state,
      reason: 'reason' in outcome ? outcome.reason : null,
      over: ended.has(outcome.state),
      ...('counts' in outcome ? outcome.counts : noRescanCounts),
    }));
    await tx.query(
      `update run_rescans r
          set state = n.state, reason = n.reason, at = case when n.over then $3::timestamptz end,
              due_at = case when n.state = 'waiting' then clock_timestamp() + $4 * interval '1 ms' else due_at end,
              new_count = n."newCount", new_excepted_count = n."newExceptedCount", new_kev_count = n."newKevCount",
              present_count = n."presentCount", present_kev_count = n."presentKevCount",
              excepted_count = n."exceptedCount"
         from jsonb_to_recordset($2::jsonb) as n(run_id uuid, state text, reason jsonb, over boolean, "newCount" integer,
              "newExceptedCount" integer, "newKevCount" integer, "presentCount" integer, "presentKevCount" integer,
              "exceptedCount" integer)
        where r.rescan_id = $1 and r.run_id = n.run_id`,
      [rescanId, JSON.stringify(rows), tx.now, putOffMs],
    );
    const count = (state: RunRescanState): number => rows.filter((row) => row.state === state).length;
    const sum = (of: 'newCount' | 'newKevCount'): number => rows.reduce((all, row) => all + row[of], 0);
    // Whoever comes last sees what all others have counted: the row is theirs one after the other.
    await tx.query(
      `update rescans
          set verified = verified + $2, done = done + $3, stopped = stopped + $4, failed = failed + $5,
              new_findings = new_findings + $6, new_kev = new_kev + $7,
              ended_at = case when done + stopped + failed + $3 + $4 + $5 >= total then clock_timestamp() end
        where id = $1`,
      [
        rescanId,
        count('verified'),
        count('done'),
        count('stopped'),
        count('failed'),
        sum('newCount'),
        sum('newKevCount'),
      ],
    );
  }

  /** Newest first. */
  async list(tx: Transaction, limit: number, before: Uuid | null): Promise<Rescan[]> {
    return tx.query(
      `select ${columns} from rescans where tenant = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
      [tx.tenant, before, limit],
    );
  }

  async find(tx: Transaction, id: Uuid): Promise<Rescan | null> {
    const [row] = await tx.query<Rescan>(`select ${columns} from rescans where id = $1`, [id]);
    return row ?? null;
  }

  /** Removes rescans that began before `until`. What was found, or stopped, stays with its run. */
  async forget(tx: Transaction, until: Date): Promise<void> {
    await tx.query(
      `with gone as (delete from rescans where started_at < $1 returning tenant, id)
       delete from run_rescans r using gone g
        where r.tenant = g.tenant and r.rescan_id = g.id and r.state not in ('stopped', 'failed') and r.new_count = 0
          and r.new_kev_count = 0 and r.new_excepted_count = 0`,
      [until],
    );
  }
}

function jsonOf(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}
