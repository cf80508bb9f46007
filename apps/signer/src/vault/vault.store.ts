import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import type { VaultClaim } from './vault-entry.js';

/** One revision of a trusted base image. */
export interface VaultEntry extends VaultClaim {
  readonly id: Uuid;
  readonly keyId: string;
  /** Over the digest's text, ASN.1 DER. */
  readonly signature: Buffer;
  /** Over `entryText`. */
  readonly entrySignature: Buffer;
  readonly actor: string;
  readonly createdAt: Date;
  /** Since when another revision counts; null for the one that counts. */
  readonly replacedAt: Date | null;
}

const columns = `id, name, revision, digest, key_id as "keyId", signature, entry_signature as "entrySignature", actor,
  created_at as "createdAt", replaced_at as "replacedAt"`;

/** The transaction's tenant's vault. */
export class VaultStore {
  /** Has whoever else changes this entry wait for our commit, also while there is no row yet to lock. */
  async lock(tx: Transaction, name: string): Promise<void> {
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('vault ' || $1 || ' ' || $2, 0))`, [tx.tenant, name]);
  }

  /** The revision that counts. */
  async current(tx: Transaction, name: string): Promise<VaultEntry | null> {
    const [row] = await tx.query<VaultEntry>(
      `select ${columns} from vault_images where tenant = $1 and name = $2 and replaced_at is null`,
      [tx.tenant, name],
    );
    return row ?? null;
  }

  /** Puts a revision in the place of the one that counts. Needs the lock. */
  async replace(tx: Transaction, entry: VaultEntry): Promise<void> {
    await tx.query('update vault_images set replaced_at = $3 where tenant = $1 and name = $2 and replaced_at is null', [
      tx.tenant,
      entry.name,
      entry.createdAt,
    ]);
    await tx.query(
      `insert into vault_images
         (tenant, id, name, revision, digest, key_id, signature, entry_signature, actor, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        tx.tenant,
        entry.id,
        entry.name,
        entry.revision,
        entry.digest,
        entry.keyId,
        entry.signature,
        entry.entrySignature,
        entry.actor,
        entry.createdAt,
      ],
    );
  }

  /** What counts, by name, after `after`. */
  async list(tx: Transaction, after: string, limit: number): Promise<VaultEntry[]> {
    return tx.query<VaultEntry>(
      `select ${columns} from vault_images
        where tenant = $1 and replaced_at is null and name > $2 order by name limit $3`,
      [tx.tenant, after, limit],
    );
  }

  /** All revisions of one name below `before`, newest first. */
  async history(tx: Transaction, name: string, before: number, limit: number): Promise<VaultEntry[]> {
    return tx.query<VaultEntry>(
      `select ${columns} from vault_images
        where tenant = $1 and name = $2 and revision < $3 order by revision desc limit $4`,
      [tx.tenant, name, before, limit],
    );
  }
}
