import type { Transaction } from '@assay/persistence';
import {
  decodeFrontier,
  emptyFrontier,
  encodeFrontier,
  type CompletedNode,
  type Frontier,
  rootOf,
} from '../log/frontier.js';
import type { Hash } from '../log/merkle.js';
import { isTileHash } from '../log/tile.js';

/** The head of a log that no checkpoint covers yet. */
export interface UnsignedHead {
  readonly tenant: string;
  readonly size: number;
  readonly root: Hash;
}

/** The heads of logs, one row per tenant, and the hashes above the leaves. */
export class LogsStore {
  /** Locks the log of the transaction's tenant until it ends, and gives its frontier: appends stand in a row here. */
  async lock(tx: Transaction): Promise<Frontier> {
    const locked = await this.lockExisting(tx);
    if (locked !== null) return locked;
    await tx.query(
      `insert into logs (tenant, size, frontier, root, appended_at) values ($1, 0, $2, $3, $4) on conflict do nothing`,
      [tx.tenant, encodeFrontier(emptyFrontier), rootOf(emptyFrontier), tx.now],
    );
    return (await this.lockExisting(tx)) ?? emptyFrontier;
  }

  /** Makes the log as long as the frontier says, with the subtrees that became complete. */
  async grow(tx: Transaction, frontier: Frontier, completed: readonly CompletedNode[]): Promise<void> {
    const kept = completed.filter(isTileHash);
    if (kept.length > 0) {
      await tx.query(
        `insert into tile_hashes (tenant, level, index, hash)
         select $1, * from unnest($2::smallint[], $3::bigint[], $4::bytea[])`,
        [tx.tenant, kept.map(({ level }) => level), kept.map(({ index }) => index), kept.map(({ hash }) => hash)],
      );
    }
    await tx.query('update logs set size = $2, frontier = $3, root = $4, appended_at = $5 where tenant = $1', [
      tx.tenant,
      frontier.size,
      encodeFrontier(frontier),
      rootOf(frontier),
      tx.now,
    ]);
  }

  /** The tenant's head; null before the first entry. */
  async head(tx: Transaction): Promise<UnsignedHead | null> {
    const [row] = await tx.query<{ tenant: string; size: string; root: Hash }>(
      'select tenant, size, root from logs where tenant = $1 and size > 0',
      [tx.tenant],
    );
    return row === undefined ? null : { ...row, size: Number(row.size) };
  }

  /** Tenants whose log has grown since its last checkpoint; needs the job role. */
  async unsigned(tx: Transaction): Promise<string[]> {
    const rows = await tx.query<{ tenant: string }>('select tenant from logs where signed_size < size');
    return rows.map(({ tenant }) => tenant);
  }

  async markSigned(tx: Transaction, size: number): Promise<void> {
    await tx.query('update logs set signed_size = greatest(signed_size, $2) where tenant = $1', [tx.tenant, size]);
  }

  private async lockExisting(tx: Transaction): Promise<Frontier | null> {
    const [row] = await tx.query<{ size: string; frontier: Buffer }>(
      'select size, frontier from logs where tenant = $1 for update',
      [tx.tenant],
    );
    return row === undefined ? null : decodeFrontier(Number(row.size), row.frontier);
  }
}
