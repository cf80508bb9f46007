import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { EmbeddedError } from './embedded.errors.js';
import { versionProbeTimeoutMs } from './limits.js';
import { runCommand } from './run-command.js';

/** The operating system's user that Postgres runs as when we are root, which it refuses to be. */
export interface PostgresAccount {
  readonly uid: number;
  readonly gid: number;
}

const accountName = 'postgres';

/**
 * The account to run Postgres under: none if we are an ordinary user (then it runs as that one); for root the system's
 * `postgres`, which is made if there is none.
 * @throws EmbeddedError `embedded.no-postgres-account`
 */
export async function postgresAccount(): Promise<PostgresAccount | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  return (await lookUp()) ?? (await create());
}

async function lookUp(): Promise<PostgresAccount | undefined> {
  try {
    const id = (flag: string): Promise<string> =>
      runCommand({ command: 'id', args: [flag, accountName], timeoutMs: versionProbeTimeoutMs });
    return { uid: Number(await id('-u')), gid: Number(await id('-g')) };
  } catch {
    return undefined; // `id` ends with 1 for a user that does not exist.
  }
}

async function create(): Promise<PostgresAccount> {
  try {
    await runCommand({
      command: 'useradd',
      args: ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', accountName],
      timeoutMs: versionProbeTimeoutMs,
    });
    const made = await lookUp();
    if (made) return made;
  } catch (error) {
    throw new EmbeddedError(
      'embedded.no-postgres-account',
      `PostgreSQL does not run as root and the user "${accountName}" can't be made. ` +
        'Start as an ordinary user, make that user, or give DATABASE_URL.',
      error,
    );
  }
  throw new EmbeddedError('embedded.no-postgres-account', `The user "${accountName}" was made and is not there.`);
}

/** A program and how to start it so that it runs under the account. The process id is the program's own. */
export interface RunAs {
  readonly command: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * How to run a program under the account. Where a folder above the program or the data is closed to other users (a clone
 * in root's home, say), the process keeps one capability of root, to pass through folders and read: CAP_DAC_READ_SEARCH,
 * capabilities(7).
 */
export function runAs(account: PostgresAccount | undefined, program: string, args: string[], dataDir: string): RunAs {
  if (!account) return { command: program, args };
  if (reaches(account, program, dataDir)) return { command: program, args, ...account };
  return {
    command: setpriv(dataDir),
    args: [
      `--reuid=${account.uid}`,
      `--regid=${account.gid}`,
      '--clear-groups',
      '--inh-caps=+dac_read_search',
      '--ambient-caps=+dac_read_search',
      '--',
      program,
      ...args,
    ],
  };
}

function reaches(account: PostgresAccount, program: string, dataDir: string): boolean {
  const test = spawnSync('sh', ['-c', 'test -x "$1" && test -w "$2"', 'sh', program, dataDir], {
    ...account,
    cwd: '/',
  });
  return test.status === 0;
}

function setpriv(dataDir: string): string {
  const found = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
  if (found) return found;
  throw new EmbeddedError(
    'embedded.no-postgres-account',
    `The user "${accountName}", under which PostgreSQL has to run here, can't reach ${dataDir}, and setpriv (util-linux) ` +
      'is not installed. Start as an ordinary user, move the folder to where others may pass, or give DATABASE_URL.',
  );
}
