import type { StageError, Verdict, VexOutcome } from '@assay/contracts';
import type { SeverityCounts, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import type {
  AcceptedReceipt,
  DocumentKind,
  JudgedScans,
  Judgement,
  ReceiptStage,
  ReceiptState,
  ReceiptStatus,
  ScanOutcome,
} from './receipt.js';

/** A receipt as it is stored, without its stages. */
export interface Receipt extends AcceptedReceipt {
  readonly status: ReceiptStatus;
  readonly result: Verdict | null;
  readonly entries: SeverityCounts | null;
  readonly scans: JudgedScans | null;
  /** What a VEX document did. */
  readonly vex: VexOutcome | null;
  /** The scans of benchmark results that were recorded, by id. */
  readonly benchmark: Readonly<Record<Uuid, ScanOutcome>> | null;
  readonly error: StageError | null;
  readonly finishedAt: Date | null;
}

/** A stage with the receipt that it belongs to. */
export interface StageOfReceipt extends ReceiptStage {
  readonly receiptId: Uuid;
}

/** What decides a receipt's state. */
export interface LockedReceipt {
  readonly id: Uuid;
  readonly kind: DocumentKind;
  readonly isJudged: boolean;
  readonly status: StoredStatus;
  readonly error: StageError | null;
}

/** A state to be written, with the verdict that came with it. */
export interface SavedOutcome {
  readonly id: Uuid;
  readonly state: ReceiptState;
  readonly judgement: Judgement | null;
}

/** Statuses as they are stored. */
export type StoredStatus = Exclude<ReceiptStatus, 'processing'>;

export function storedStatus(status: ReceiptStatus): StoredStatus {
  return status === 'processing' ? 'accepted' : status;
}

/**
 * `processing` is not stored: a receipt is written when it is accepted and when it has ended, and what lies between follows
 * from its stages. A status for each of them rewrote the row, its documents and its verdict, three times.
 */
export const shownStatus = `case when status = 'accepted'
  and (result is not null or exists (select from receipt_stages where receipt_id = receipts.id))
  then 'processing' else status end`;

const columns = `id, tenant, kind, dialect, tool, subject, origin, documents, actor, ${shownStatus} as status, result, entries, scans, vex, benchmark, error,
  accepted_at as "acceptedAt", finished_at as "finishedAt"`;

/** Receipts and their timelines. */
export class ReceiptsStore {
  /** Adds receipts of any tenants in one statement. The insert-only role may run it. */
  async addAll(tx: Transaction, receipts: readonly AcceptedReceipt[]): Promise<void> {
    await tx.query(
      `insert into receipts (id, tenant, kind, dialect, tool, subject, origin, documents, actor, accepted_at)
       select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::jsonb[],
                            $8::jsonb[], $9::text[], $10::timestamptz[])`,
      [
        receipts.map((receipt) => receipt.id),
        receipts.map((receipt) => receipt.tenant),
        receipts.map((receipt) => receipt.kind),
        receipts.map((receipt) => receipt.dialect),
        receipts.map((receipt) => receipt.tool),
        receipts.map(({ subject }) => subject && JSON.stringify(subject)),
        receipts.map((receipt) => JSON.stringify(receipt.origin)),
        receipts.map((receipt) => JSON.stringify(receipt.documents)),
        receipts.map((receipt) => receipt.actor),
        receipts.map((receipt) => receipt.acceptedAt),
      ],
    );
  }

  async find(tx: Transaction, id: Uuid): Promise<Receipt | null> {
    return (await this.findAll(tx, [id]))[0] ?? null;
  }

  async findAll(tx: Transaction, ids: readonly Uuid[]): Promise<Receipt[]> {
    return tx.query<Receipt>(`select ${columns} from receipts where tenant = $1 and id = any($2::uuid[])`, [
      tx.tenant,
      ids,
    ]);
  }

  /** Newest first, older than `before`, of one status or of all. */
  async list(tx: Transaction, limit: number, before: Uuid | null, status: ReceiptStatus | null): Promise<Receipt[]> {
    if (status === null) {
      return tx.query<Receipt>(
        `select ${columns} from receipts where tenant = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
        [tx.tenant, before, limit],
      );
    }
    return tx.query<Receipt>(
      `select ${columns} from receipts
        where tenant = $1 and status = $4 and ($2::uuid is null or id < $2) and ${shownStatus} = $5
        order by id desc limit $3`,
      [tx.tenant, before, limit, storedStatus(status), status],
    );
  }

  async count(tx: Transaction, status: ReceiptStatus | null): Promise<number> {
    const rows =
      status === null
        ? await tx.query<{ count: number }>('select count(*)::int as count from receipts where tenant = $1', [
            tx.tenant,
          ])
        : await tx.query<{ count: number }>(
            `select count(*)::int as count from receipts where tenant = $1 and status = $2 and ${shownStatus} = $3`,
            [tx.tenant, storedStatus(status), status],
          );
    return rows[0]?.count ?? 0;
  }

  /** Stages of these receipts, in the order in which they ended. */
  async stagesOf(tx: Transaction, ids: readonly Uuid[]): Promise<StageOfReceipt[]> {
    return tx.query<StageOfReceipt>(
      `select receipt_id as "receiptId", stage, service, at, duration_ms as "durationMs", error
         from receipt_stages where receipt_id = any($1::uuid[]) order by at, stage`,
      [ids],
    );
  }

  /** Locks the receipts, always in the order of their ids, so that two reports on one follow each other. */
  async lock(tx: Transaction, ids: readonly Uuid[]): Promise<LockedReceipt[]> {
    return tx.query<LockedReceipt>(
      `select id, kind, result is not null as "isJudged", status, error from receipts
        where tenant = $1 and id = any($2::uuid[]) order by id for update`,
      [tx.tenant, ids],
    );
  }

  /** Keeps what is newest of each stage: the end of a replay replaces the failure before it, however late that is told. */
  async saveStages(tx: Transaction, stages: readonly StageOfReceipt[]): Promise<void> {
    await tx.query(
      `insert into receipt_stages (receipt_id, stage, tenant, service, at, duration_ms, error)
       select r, s, $7, v, a, d, e
         from unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::float8[], $6::jsonb[]) as t(r, s, v, a, d, e)
       on conflict (receipt_id, stage) do update
         set service = excluded.service, at = excluded.at, duration_ms = excluded.duration_ms, error = excluded.error
       where receipt_stages.at <= excluded.at`,
      [
        stages.map((stage) => stage.receiptId),
        stages.map((stage) => stage.stage),
        stages.map((stage) => stage.service),
        stages.map((stage) => stage.at),
        stages.map((stage) => stage.durationMs),
        stages.map(({ error }) => error && JSON.stringify(error)),
        tx.tenant,
      ],
    );
  }

  /** What VEX documents did. Their state follows from their stages. */
  async saveVex(
    tx: Transaction,
    applied: readonly { readonly id: Uuid; readonly outcome: VexOutcome }[],
  ): Promise<void> {
    await tx.query(
      `update receipts set vex = given.vex from unnest($1::uuid[], $2::jsonb[]) as given(id, vex)
        where receipts.tenant = $3 and receipts.id = given.id`,
      [applied.map(({ id }) => id), applied.map(({ outcome }) => JSON.stringify(outcome)), tx.tenant],
    );
  }

  /** Scans that were recorded, beside those of the same document that are known. */
  async saveBenchmarks(
    tx: Transaction,
    completed: readonly { readonly id: Uuid; readonly scan: ScanOutcome }[],
  ): Promise<void> {
    await tx.query(
      `update receipts set benchmark = coalesce(benchmark, '{}') || given.scans
         from (select id, jsonb_object_agg(scan ->> 'scanId', scan) as scans
                 from unnest($1::uuid[], $2::jsonb[]) as g(id, scan) group by id) as given
        where receipts.tenant = $3 and receipts.id = given.id`,
      [completed.map(({ id }) => id), completed.map(({ scan }) => JSON.stringify(scan)), tx.tenant],
    );
  }

  /** What became of receipts: their state, and their newest verdict where there is one. */
  async saveOutcomes(tx: Transaction, outcomes: readonly SavedOutcome[]): Promise<void> {
    if (outcomes.length === 0) return;
    await tx.query(
      `update receipts set status = given.status, error = given.error,
              finished_at = case when given.status in ('done', 'failed') then coalesce(finished_at, $7) end,
              result = coalesce(given.result, receipts.result), entries = coalesce(given.entries, receipts.entries),
              scans = coalesce(given.scans, receipts.scans)
         from unnest($1::uuid[], $2::text[], $3::jsonb[], $4::jsonb[], $5::jsonb[], $6::jsonb[])
           as given(id, status, error, result, entries, scans)
        where receipts.tenant = $8 and receipts.id = given.id`,
      [
        outcomes.map(({ id }) => id),
        outcomes.map(({ state }) => storedStatus(state.status)),
        outcomes.map(({ state }) => state.error && JSON.stringify(state.error)),
        outcomes.map(({ judgement }) => judgement && JSON.stringify(judgement.verdict)),
        outcomes.map(({ judgement }) => judgement && JSON.stringify(judgement.entries)),
        outcomes.map(({ judgement }) => judgement?.scans && JSON.stringify(judgement.scans)),
        tx.now,
        tx.tenant,
      ],
    );
  }
}
