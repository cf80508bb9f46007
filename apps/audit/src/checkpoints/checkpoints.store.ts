import type { Digest } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import type { Hash } from '../log/merkle.js';

/** A signed head as it is stored. */
export interface StoredCheckpoint {
  readonly size: number;
  readonly root: Hash;
  /** The signed note. */
  readonly note: string;
}

/** The signed heads of the log of the transaction's tenant. All are kept: each narrows down where an alteration lies. */
export class CheckpointsStore {
  /** False if this size was signed before. */
  async add(tx: Transaction, { size, root, note }: StoredCheckpoint, artifactDigest: Digest): Promise<boolean> {
    const rows = await tx.query(
      `insert into checkpoints (tenant, size, root, note, artifact_digest, created_at) values ($1, $2, $3, $4, $5, $6)
       on conflict do nothing returning size`,
      [tx.tenant, size, root, note, artifactDigest, tx.now],
    );
    return rows.length > 0;
  }

  async newest(tx: Transaction): Promise<StoredCheckpoint | null> {
    const [row] = await tx.query<StoredCheckpoint & { size: string }>(
      'select size, root, note from checkpoints where tenant = $1 order by size desc limit 1',
      [tx.tenant],
    );
    return row === undefined ? null : { ...row, size: Number(row.size) };
  }

  /** Notes of checkpoints between two sizes, both included: the largest, and others evenly spread, `limit` in all. */
  async notes(tx: Transaction, from: number, until: number, limit: number): Promise<string[]> {
    const rows = await tx.query<{ note: string }>(
      `select note from (
         select note, size, row_number() over (order by size desc) - 1 as place, count(*) over () as total
           from checkpoints where tenant = $1 and size >= $2 and size <= $3) numbered
        where place % greatest(1, ceil(total::numeric / $4)::bigint) = 0 order by size`,
      [tx.tenant, from, until, limit],
    );
    return rows.map(({ note }) => note);
  }
}
