import type { Digest, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { limits } from '../limits.js';

/** A request that may be repeated: who, where, under which key, and what it carries. */
export interface RepeatableRequest {
  readonly principal: string;
  readonly route: string;
  readonly key: string;
  /** Of everything that makes the request what it is. */
  readonly digest: Digest;
}

/** The receipts that idempotency keys stand for. */
export class IdempotencyStore {
  /**
   * Claims the key for a receipt, or gives what it stands for. A twin that comes meanwhile waits here until the first
   * transaction has ended: then it finds its receipt, or, if that failed, takes its place.
   */
  async claim(
    tx: Transaction,
    { principal, route, key, digest }: RepeatableRequest,
    receiptId: Uuid,
  ): Promise<{ readonly receiptId: Uuid; readonly digest: Digest }> {
    const rows = await tx.query<{ receiptId: Uuid; digest: Digest }>(
      `insert into idempotency_keys (tenant, principal, route, key, request_digest, receipt_id, created_at)
       values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (tenant, principal, route, key) do update
         set request_digest = case when idempotency_keys.created_at < $8 then $5 else idempotency_keys.request_digest end,
             receipt_id = case when idempotency_keys.created_at < $8 then $6 else idempotency_keys.receipt_id end,
             created_at = case when idempotency_keys.created_at < $8 then $7 else idempotency_keys.created_at end
       returning receipt_id as "receiptId", request_digest as digest`,
      [tx.tenant, principal, route, key, digest, receiptId, tx.now, oldestKept(tx.now)],
    );
    return rows[0]!;
  }

  /** Keeps what was answered to a request whose key was claimed, sealed, for as long as the key is remembered. */
  async keepAnswer(
    tx: Transaction,
    { principal, route, key }: Omit<RepeatableRequest, 'digest'>,
    sealedAnswer: string,
  ): Promise<void> {
    await tx.query(
      'update idempotency_keys set sealed_answer = $5 where tenant = $1 and principal = $2 and route = $3 and key = $4',
      [tx.tenant, principal, route, key, sealedAnswer],
    );
  }

  /** What was answered to the claimed request, sealed; null where nothing was kept. */
  async answerOf(
    tx: Transaction,
    { principal, route, key }: Omit<RepeatableRequest, 'digest'>,
  ): Promise<string | null> {
    const [row] = await tx.query<{ answer: string | null }>(
      `select sealed_answer as answer from idempotency_keys
        where tenant = $1 and principal = $2 and route = $3 and key = $4`,
      [tx.tenant, principal, route, key],
    );
    return row?.answer ?? null;
  }

  /** Removes keys that are no longer remembered. Gives their number. */
  async expire(tx: Transaction): Promise<number> {
    const rows = await tx.query('delete from idempotency_keys where created_at < $1 returning key', [
      oldestKept(tx.now),
    ]);
    return rows.length;
  }
}

function oldestKept(now: Date): Date {
  return new Date(now.getTime() - limits.idempotencyHours * 3_600_000);
}
