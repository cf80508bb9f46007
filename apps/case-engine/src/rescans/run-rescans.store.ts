import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import type { RunRescanCounts, RunRescanState, StopReason } from './rescan.js';
import type { NewsDetail } from './run-news.js';

/** What one rescan came to in a run. */
export interface RunRescan extends RunRescanCounts {
  readonly rescanId: Uuid;
  readonly state: RunRescanState;
  /** When it ended for this run; null while it has not. */
  readonly at: Date | null;
  readonly reason: StopReason | null;
}

/** A finding that a rescan added to a run. */
export interface ListedNews {
  readonly rescanId: Uuid;
  /** `new` findings; `kev`: those known to be exploited since. */
  readonly list: 'new' | 'kev';
  readonly foundAt: Date;
  readonly excepted: boolean;
  readonly detail: NewsDetail;
}

const columns = `rescan_id as "rescanId", state, at, reason, new_count as "newCount", new_excepted_count as "newExceptedCount",
  new_kev_count as "newKevCount", present_count as "presentCount", present_kev_count as "presentKevCount",
  excepted_count as "exceptedCount"`;

/** Rescans of one run, for those who read. */
@Injectable()
export class RunRescansStore {
  /** Newest first. */
  async list(tx: Transaction, runId: Uuid, limit: number, before: Uuid | null): Promise<RunRescan[]> {
    return tx.query(
      `select ${columns} from run_rescans
        where run_id = $1 and rescan_id < coalesce($2, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
        order by rescan_id desc limit $3`,
      [runId, before, limit],
    );
  }

  /** Those that ended, the last ones, oldest first. */
  async ended(tx: Transaction, runId: Uuid): Promise<RunRescan[]> {
    const rows = await tx.query<RunRescan>(
      `select ${columns} from run_rescans where run_id = $1 and at is not null order by rescan_id desc limit $2`,
      [runId, limits.rescanNewsShown],
    );
    return rows.toReversed();
  }

  /** One that ended; null otherwise. */
  async find(tx: Transaction, runId: Uuid, rescanId: Uuid): Promise<RunRescan | null> {
    const [row] = await tx.query<RunRescan>(
      `select ${columns} from run_rescans where run_id = $1 and rescan_id = $2 and at is not null`,
      [runId, rescanId],
    );
    return row ?? null;
  }

  /** The first `limit` of what these rescans added to the run. */
  async news(
    tx: Transaction,
    runId: Uuid,
    rescanIds: readonly Uuid[],
    limit: number = limits.rescanNewsShown,
  ): Promise<ListedNews[]> {
    return tx.query(
      `select rescan_id as "rescanId", list, found_at as "foundAt", excepted, detail from run_rescan_findings
        where run_id = $1 and rescan_id = any($2::uuid[]) order by list, key limit $3`,
      [runId, rescanIds, limit],
    );
  }
}
