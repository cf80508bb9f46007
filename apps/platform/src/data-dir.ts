import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { postgresAccount } from '@assay/embedded';

/** The folders of one installation. */
export interface DataDir {
  readonly root: string;
  readonly run: string;
  readonly secrets: string;
  readonly logs: string;
  readonly postgres: string;
  readonly nats: string;
  /** Where the gateway leaves the first admin key. */
  readonly adminKeyFile: string;
}

/** The folders under this one, by name; none is made. */
export function dataDirAt(path: string): DataDir {
  const root = resolve(path);
  return {
    root,
    run: join(root, 'run'),
    secrets: join(root, 'secrets'),
    logs: join(root, 'logs'),
    postgres: join(root, 'postgres'),
    nats: join(root, 'nats'),
    adminKeyFile: join(root, 'admin-key'),
  };
}

/**
 * Makes the folders, closed to everybody else. Root's Postgres runs as another user, who may then pass through the top
 * folder to its own, and read nothing on the way.
 */
export async function makeDataDir(dir: DataDir, forPostgres: boolean): Promise<void> {
  for (const folder of [dir.root, dir.run, dir.secrets, dir.logs]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
  }
  const account = forPostgres ? await postgresAccount() : undefined;
  if (!account) return;
  chownSync(dir.root, 0, account.gid);
  chmodSync(dir.root, 0o710);
}
