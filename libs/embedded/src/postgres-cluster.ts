import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EmbeddedError } from './embedded.errors.js';
import { bareEnvironment } from './embedded.env.js';
import { initdbTimeoutMs } from './limits.js';
import { type PostgresAccount, runAs } from './postgres-account.js';
import { type PostgresBinaries, postgresMajor } from './postgres-binaries.js';
import { commandLineOf, isAlive } from './process-identity.js';
import { runCommand } from './run-command.js';

/** The superuser of the embedded cluster, and the name of its database. */
export const superuser = 'assay';

/**
 * Makes the cluster if there is none. It is made beside its place and moved there when it is complete, since an `initdb`
 * that was killed leaves a folder which looks like a cluster and is none.
 * @throws EmbeddedError `embedded.postgres-version` for the data of another major version
 */
export async function ensureCluster(
  binaries: PostgresBinaries,
  account: PostgresAccount | undefined,
  dataDir: string,
  password: string,
): Promise<void> {
  const versionFile = join(dataDir, 'PG_VERSION');
  if (existsSync(versionFile)) return refuseOtherVersion(dataDir, readFileSync(versionFile, 'utf8').trim());

  const draft = `${dataDir}.new`;
  const passwordFile = `${dataDir}.password`;
  mkdirSync(dirname(dataDir), { recursive: true, mode: 0o700 });
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account) for (const path of [draft, passwordFile]) chownSync(path, account.uid, account.gid);
  const args = [
    `--pgdata=${draft}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The same order of texts on every machine: of code points, whatever the system's C library brings.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ];
  try {
    const how = runAs(account, binaries.initdb, args, draft);
    await runCommand({ ...how, env: bareEnvironment(), cwd: '/', timeoutMs: initdbTimeoutMs });
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(draft, dataDir);
}

function refuseOtherVersion(dataDir: string, version: string): void {
  if (version === String(postgresMajor)) return;
  throw new EmbeddedError(
    'embedded.postgres-version',
    `${dataDir} was written by PostgreSQL ${version}, this is ${postgresMajor}. ` +
      'Dump it with the old version and restore it into a new folder, or set ASSAY_DATA_DIR to another one.',
  );
}

/** A postmaster that runs on a data directory. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/**
 * The postmaster that runs on this data directory, by its `postmaster.pid` (line 1 the process, line 4 the port). If the
 * file names a process that is something else by now, it is removed: Postgres itself only looks whether the id is in
 * use, and would refuse to start for ever. Its shared memory still keeps two off one directory.
 */
export function runningPostmaster(dataDir: string): Postmaster | undefined {
  const file = join(dataDir, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (pid > 1 && isAlive(pid)) {
    if (commandLineOf(pid).includes(dataDir)) return { pid, port };
    rmSync(file, { force: true });
  }
  return undefined;
}
