import { join } from 'node:path';
import type { ServiceName } from '@assay/contracts';
import {
  endProcess,
  keepAlive,
  type KeptAlive,
  obtainNatsServer,
  readLivePid,
  removePidFile,
  type RunningNats,
  type RunningPart,
  startNats,
  startPostgres,
} from '@assay/embedded';
import type { DataDir } from './data-dir.js';
import { leftoverTimeoutMs } from './limits.js';
import type { PlatformEnv } from './platform.env.js';
import { repositoryRoot } from './repository-paths.js';

/** Postgres and NATS as the services see them, embedded or given. */
export interface Infrastructure {
  /** For the set-up, and for everything in one process. */
  readonly databaseUrl: string;
  readonly natsUrl: string;
  /** The least rights a service needs on the embedded NATS; the given address where NATS was given. */
  natsUrlFor(service: ServiceName): string;
  /** Ends what is embedded: NATS first, then Postgres. */
  stop(): Promise<void>;
}

type Say = (line: string) => void;

/**
 * Starts what was not given, both at once, and keeps it running.
 * @throws EmbeddedError if a part does not start; the other one is stopped then
 */
export async function startInfrastructure(env: PlatformEnv, dir: DataDir, say: Say): Promise<Infrastructure> {
  const starting = [
    env.DATABASE_URL === undefined ? keepPostgres(dir, say) : endEmbedded('postgres', 'SIGINT', dir),
    env.NATS_URL === undefined ? keepNats(env, dir, say) : endEmbedded('nats', 'SIGTERM', dir),
  ] as const;
  const [postgres, nats] = await Promise.allSettled(starting);
  const stop = async (): Promise<void> => {
    for (const part of [nats, postgres]) if (part.status === 'fulfilled') await part.value?.stop();
  };
  if (postgres.status === 'rejected' || nats.status === 'rejected') {
    await stop();
    throw postgres.status === 'rejected' ? postgres.reason : (nats as PromiseRejectedResult).reason;
  }
  const broker = nats.value?.part;
  return {
    databaseUrl: postgres.value?.part.url ?? env.DATABASE_URL!,
    natsUrl: broker?.url ?? env.NATS_URL!,
    natsUrlFor: (service) => broker?.urlFor(service) ?? env.NATS_URL!,
    stop,
  };
}

async function keepPostgres(dir: DataDir, say: Say): Promise<KeptAlive<RunningPart>> {
  const kept = await keepAlive({
    name: 'Postgres',
    say,
    start: (previous) =>
      startPostgres({
        dataDir: dir.postgres,
        runDir: dir.run,
        secretsDir: dir.secrets,
        logFile: join(dir.logs, 'postgres.log'),
        port: previous?.port,
      }),
  });
  say(partLine('Postgres', kept.part));
  return kept;
}

async function keepNats(env: PlatformEnv, dir: DataDir, say: Say): Promise<KeptAlive<RunningNats>> {
  const bin = await obtainNatsServer({ cacheDir: join(repositoryRoot, '.cache', 'bin'), say });
  const kept = await keepAlive<RunningNats>({
    name: 'NATS',
    say,
    start: (previous) =>
      startNats({
        bin,
        dataDir: dir.nats,
        runDir: dir.run,
        secretsDir: dir.secrets,
        logFile: join(dir.logs, 'nats.log'),
        port: previous?.port,
      }),
  });
  say(partLine('NATS', kept.part));
  return kept;
}

/** What an earlier start embedded and this one was given from elsewhere must not go on running unseen. */
async function endEmbedded(name: string, signal: NodeJS.Signals, dir: DataDir): Promise<undefined> {
  const pid = readLivePid(dir.run, name);
  if (pid !== undefined) await endProcess(pid, [signal], leftoverTimeoutMs);
  removePidFile(dir.run, name);
}

function partLine(name: string, part: RunningPart): string {
  return `${name} ${part.adopted ? 'was still running and is used again' : 'runs'} (process ${part.pid}, 127.0.0.1:${part.port})`;
}
