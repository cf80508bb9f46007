import type { Transaction } from '@assay/persistence';

/** The key that signs the heads of all logs of the installation. */
export interface LogKeyRow {
  /** What the logs are called: `<origin>/<tenant>`. Fixed with the key, as checkpoints name both for ever. */
  readonly origin: string;
  readonly publicKeyPem: string;
  readonly sealed: Buffer;
}

/** One row of the installation, of no tenant. */
export class LogKeyStore {
  async find(tx: Transaction): Promise<LogKeyRow | null> {
    const [row] = await tx.query<LogKeyRow>(
      'select origin, public_key_pem as "publicKeyPem", sealed_private_key as sealed from log_key',
    );
    return row ?? null;
  }

  /** Adds the key unless another process was first. */
  async add(tx: Transaction, { origin, publicKeyPem, sealed }: LogKeyRow): Promise<void> {
    await tx.query(
      `insert into log_key (origin, public_key_pem, sealed_private_key, created_at) values ($1, $2, $3, $4)
       on conflict do nothing`,
      [origin, publicKeyPem, sealed, tx.now],
    );
  }
}
