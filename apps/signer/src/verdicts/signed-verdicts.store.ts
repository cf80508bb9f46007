import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';

/** The statement of a verdict and the signature over it. */
export interface SignedVerdict {
  readonly receiptId: Uuid;
  readonly runId: Uuid;
  /** The bytes that were signed. */
  readonly statement: Buffer;
  /** ASN.1 DER. */
  readonly signature: Buffer;
  readonly keyId: string;
  readonly decidedAt: Date;
}

interface SignedVerdictRow {
  readonly receipt_id: Uuid;
  readonly run_id: Uuid;
  readonly statement: Buffer;
  readonly signature: Buffer;
  readonly key_id: string;
  readonly decided_at: Date;
}

/** Signed verdicts of the transaction's tenant. */
@Injectable()
export class SignedVerdictsStore {
  /** Adds them; a receipt's verdict is signed once. */
  async add(tx: Transaction, verdicts: readonly SignedVerdict[]): Promise<void> {
    await tx.query(
      `insert into signed_verdicts (tenant, receipt_id, run_id, statement, signature, key_id, decided_at, signed_at)
       select $1, n.receipt_id, n.run_id, n.statement, n.signature, n.key_id, n.decided_at, $8
         from unnest($2::uuid[], $3::uuid[], $4::bytea[], $5::bytea[], $6::text[], $7::timestamptz[])
           as n(receipt_id, run_id, statement, signature, key_id, decided_at)
        order by n.receipt_id
       on conflict (tenant, receipt_id) do nothing`,
      [
        tx.tenant,
        verdicts.map(({ receiptId }) => receiptId),
        verdicts.map(({ runId }) => runId),
        verdicts.map(({ statement }) => statement),
        verdicts.map(({ signature }) => signature),
        verdicts.map(({ keyId }) => keyId),
        verdicts.map(({ decidedAt }) => decidedAt),
        tx.now,
      ],
    );
  }

  /** The last verdict on a run: each of its receipts got one. */
  async lastOf(tx: Transaction, runId: Uuid): Promise<SignedVerdict | null> {
    const [row] = await tx.query<SignedVerdictRow>(
      `select receipt_id, run_id, statement, signature, key_id, decided_at from signed_verdicts
        where tenant = $1 and run_id = $2 order by decided_at desc, receipt_id desc limit 1`,
      [tx.tenant, runId],
    );
    if (row === undefined) return null;
    const { receipt_id: receiptId, run_id, statement, signature, key_id: keyId, decided_at: decidedAt } = row;
    return { receiptId, runId: run_id, statement, signature, keyId, decidedAt };
  }
}
