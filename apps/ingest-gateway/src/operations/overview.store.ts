import { type Transaction, uuidFloor } from '@assay/persistence';
import type { ReceiptStatus } from '../receipts/receipt.js';
import { shownStatus } from '../receipts/receipts.store.js';

/** Receipts of one status since a moment. */
export interface StatusCount {
  readonly status: ReceiptStatus;
  readonly receipts: number;
  /** Those whose verdict blocked. */
  readonly blocked: number;
  readonly bytes: number;
}

/** The tenant's receipts in numbers. */
export class OverviewStore {
  /** Ids carry their time, so that a day is a range of the index on them. */
  async countSince(tx: Transaction, since: Date): Promise<StatusCount[]> {
    return tx.query<StatusCount>(
      `select ${shownStatus} as status, count(*)::int as receipts,
              (count(*) filter (where (result ->> 'gate')::boolean))::int as blocked,
              coalesce(sum((select sum((d ->> 'size')::bigint) from jsonb_array_elements(documents) d)), 0)::float8 as bytes
         from receipts where tenant = $1 and id >= $2 group by 1`,
      [tx.tenant, uuidFloor(since.getTime())],
    );
  }
}
