import type { Transaction } from '@assay/persistence';
import type { KeyId } from './signing-key.js';

/** The public half of a tenant's key. */
export interface PublicKeyRecord {
  readonly keyId: KeyId;
  /** SPKI in PEM. */
  readonly publicKeyPem: string;
  readonly createdAt: Date;
  /** Since when nothing new is signed with it; null for the active key. What it signed stays valid. */
  readonly retiredAt: Date | null;
}

/** A private key as its row holds it, with the tenant that it was sealed for. */
export interface SealedKey {
  readonly tenant: string;
  readonly keyId: KeyId;
  readonly sealed: Buffer;
  /** The public half as it is handed out. */
  readonly publicKeyPem: string;
}

const publicColumns = `key_id as "keyId", public_key_pem as "publicKeyPem", created_at as "createdAt", retired_at as "retiredAt"`;
const sealedColumns = 'tenant, key_id as "keyId", sealed_private_key as sealed, public_key_pem as "publicKeyPem"';

/** Signing keys of the transaction's tenant. One at most is active, which a unique index sees to. */
export class KeysStore {
  async active(tx: Transaction): Promise<SealedKey | null> {
    const [row] = await tx.query<SealedKey>(
      `select ${sealedColumns} from signing_keys where tenant = $1 and retired_at is null`,
      [tx.tenant],
    );
    return row ?? null;
  }

  /** Adds the active key. False if another transaction was first: its key is visible then, because we waited for its commit. */
  async addActive(tx: Transaction, key: SealedKey): Promise<boolean> {
    const rows = await tx.query(
      `insert into signing_keys (tenant, key_id, public_key_pem, sealed_private_key, created_at) values ($1, $2, $3, $4, $5)
       on conflict (tenant) where retired_at is null do nothing returning key_id`,
      [tx.tenant, key.keyId, key.publicKeyPem, key.sealed, tx.now],
    );
    return rows.length > 0;
  }

  /** Retires the active key. A twin waits here for the first one's commit and then finds the key already retired. */
  async retireActive(tx: Transaction): Promise<void> {
    await tx.query('update signing_keys set retired_at = $2 where tenant = $1 and retired_at is null', [
      tx.tenant,
      tx.now,
    ]);
  }

  /** Newest first. */
  async list(tx: Transaction, limit: number): Promise<PublicKeyRecord[]> {
    return tx.query<PublicKeyRecord>(
      `select ${publicColumns} from signing_keys where tenant = $1 order by created_at desc, key_id limit $2`,
      [tx.tenant, limit],
    );
  }

  async find(tx: Transaction, keyId: KeyId): Promise<PublicKeyRecord | null> {
    const [row] = await tx.query<PublicKeyRecord>(
      `select ${publicColumns} from signing_keys where tenant = $1 and key_id = $2`,
      [tx.tenant, keyId],
    );
    return row ?? null;
  }

  /** Those of these ids that there are. */
  async sealed(tx: Transaction, keyIds: readonly KeyId[]): Promise<SealedKey[]> {
    return tx.query<SealedKey>(`select ${sealedColumns} from signing_keys where tenant = $1 and key_id = any($2)`, [
      tx.tenant,
      keyIds,
    ]);
  }

  /** The newest key of all tenants, for the check at start; needs the job role. */
  async newestOfAll(tx: Transaction): Promise<SealedKey | null> {
    const [row] = await tx.query<SealedKey>(
      `select ${sealedColumns} from signing_keys order by created_at desc limit 1`,
    );
    return row ?? null;
  }
}
