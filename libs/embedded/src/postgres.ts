import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedError } from './embedded.errors.js';
import { bareEnvironment } from './embedded.env.js';
import { readyPollMs, postgresReadyTimeoutMs } from './limits.js';
import { openLog, tailOf } from './log-file.js';
import { removePidFile, writePidFile } from './pid-file.js';
import { postgresAccount, type PostgresAccount, runAs } from './postgres-account.js';
import { postgresBinaries } from './postgres-binaries.js';
import { ensureCluster, runningPostmaster } from './postgres-cluster.js';
import { openDatabase, postgresUrl } from './postgres-connection.js';
import { asFlags, postgresSettings } from './postgres-settings.js';
import { ProcessWatch, type RunningPart } from './running-part.js';
import { readOrCreateSecret } from './secret-file.js';
import { rememberedPort } from './server-port.js';

export interface PostgresOptions {
  /** The cluster's folder; made on the first start. */
  readonly dataDir: string;
  /** For `postgres.pid` and `postgres.port`. */
  readonly runDir: string;
  /** For `postgres.password`; the run folder unless given. */
  readonly secretsDir?: string;
  readonly logFile: string;
  /** The port to listen on and no other; without it the one of the last start if it is free, else a new one. */
  readonly port?: number;
  readonly maxConnections?: number;
}

/** The signals of a postmaster (PostgreSQL, "Shutting Down the Server"): fast, then immediate. */
const stopSignals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];

/** A killed postmaster's last children let go of its shared memory within moments; until then a new one is refused. */
const stillInUse = /still in use|lock file "postmaster\.pid" already exists/;

/**
 * Starts a PostgreSQL 18 on 127.0.0.1, with data that survives `kill -9`, or takes over the one that already runs on this
 * data directory. The server is a process of its own: it goes on when this one dies, and ends with `stop`.
 * @returns the part; its `url` is the superuser's, on the database `assay`
 * @throws EmbeddedError with the end of the server's log if it does not start
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPart> {
  const dataDir = resolve(options.dataDir);
  mkdirSync(options.runDir, { recursive: true, mode: 0o700 });
  const password = readOrCreateSecret(join(options.secretsDir ?? options.runDir, 'postgres.password'));
  const account = await postgresAccount();
  await ensureCluster(postgresBinaries(), account, dataDir, password);

  const deadline = Date.now() + postgresReadyTimeoutMs;
  while (Date.now() < deadline) {
    const found = runningPostmaster(dataDir);
    const server = found
      ? { port: found.port, watch: new ProcessWatch(found.pid, undefined), adopted: true }
      : { ...(await launch(options, dataDir, account)), adopted: false };
    const ready = await openDatabase(server.port, password, deadline - Date.now(), () => !server.watch.hasEnded);
    if (ready) return running(options.runDir, server, password);
    if (!server.adopted && !stillInUse.test(tailOf(options.logFile))) break;
    await sleep(readyPollMs * 10);
  }
  throw new EmbeddedError(
    'embedded.postgres-failed',
    `The embedded PostgreSQL does not start. The end of ${options.logFile}:\n${tailOf(options.logFile)}`,
  );
}

interface Launched {
  readonly port: number;
  readonly watch: ProcessWatch;
  readonly adopted: boolean;
}

async function launch(
  options: PostgresOptions,
  dataDir: string,
  account: PostgresAccount | undefined,
): Promise<Omit<Launched, 'adopted'>> {
  const port = options.port ?? (await rememberedPort(join(options.runDir, 'postgres.port')));
  const flags = asFlags(postgresSettings(options.maxConnections));
  const args = ['-D', dataDir, '-p', String(port), ...flags];
  const { command, args: words, ...ids } = runAs(account, postgresBinaries().postgres, args, dataDir);
  const log = openLog(options.logFile);
  try {
    // A session of its own: Ctrl-C in our terminal must reach the services first and the database last.
    const child = spawn(command, words, {
      ...ids,
      cwd: '/',
      env: bareEnvironment(),
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    const pid = await started(child);
    child.unref();
    return { port, watch: new ProcessWatch(pid, child) };
  } finally {
    log.close();
  }
}

function started(child: ReturnType<typeof spawn>): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child.pid!));
    child.once('error', (error) =>
      reject(new EmbeddedError('embedded.postgres-failed', `PostgreSQL can't be run: ${error.message}`, error)),
    );
  });
}

function running(runDir: string, { port, watch, adopted }: Launched, password: string): RunningPart {
  writePidFile(runDir, 'postgres', watch.pid);
  return {
    url: postgresUrl(port, password),
    port,
    pid: watch.pid,
    adopted,
    onExit: (listener) => watch.onExit(listener),
    stop: async () => {
      await watch.stop(stopSignals);
      removePidFile(runDir, 'postgres');
    },
  };
}
