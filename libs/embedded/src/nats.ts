import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EmbeddedError } from './embedded.errors.js';
import { bareEnvironment } from './embedded.env.js';
import { endProcess } from './end-process.js';
import { natsReadyTimeoutMs, stopTimeoutMs } from './limits.js';
import { openLog, tailOf } from './log-file.js';
import { adminUser, natsConfig, natsUrl, type NatsUser } from './nats-config.js';
import { natsReady } from './nats-greeting.js';
import { pidFile, removePidFile, writePidFile } from './pid-file.js';
import { commandLineOf, isAlive } from './process-identity.js';
import { ProcessWatch, type RunningPart } from './running-part.js';
import { readOrCreateSecret } from './secret-file.js';
import { rememberedPort } from './server-port.js';

export interface NatsOptions {
  /** The program, from `obtainNatsServer`. */
  readonly bin: string;
  /** JetStream's files. */
  readonly dataDir: string;
  /** For `nats.pid`, `nats.port` and the generated `nats.conf`. */
  readonly runDir: string;
  /** For `nats.secret`; the run folder unless given. */
  readonly secretsDir?: string;
  readonly logFile: string;
  /** The port to listen on and no other; without it the one of the last start if it is free, else a new one. */
  readonly port?: number;
}

/** A nats-server with JetStream. `url` is the address for `assay`, who may do everything. */
export interface RunningNats extends RunningPart {
  /** The address for a service, which may publish in its own part of the subjects only. */
  urlFor(user: NatsUser): string;
}

/** SIGTERM closes the streams' files and ends the server (nats-server, "Signals"). */
const stopSignals: readonly NodeJS.Signals[] = ['SIGTERM'];

/**
 * Starts a nats-server with JetStream on 127.0.0.1, or takes over the one that runs with this very configuration. A server
 * left behind with another configuration is ended first: two on one store would ruin it. The server outlives this
 * process and ends with `stop`.
 * @throws EmbeddedError `embedded.nats-failed` with the end of its log
 */
export async function startNats(options: NatsOptions): Promise<RunningNats> {
  const [runDir, storeDir, logFile] = [options.runDir, options.dataDir, options.logFile].map((path) =>
    resolve(path),
  ) as [string, string, string];
  for (const dir of [runDir, storeDir]) mkdirSync(dir, { recursive: true, mode: 0o700 });
  const secret = readOrCreateSecret(join(options.secretsDir ?? runDir, 'nats.secret'));
  const configFile = join(runDir, 'nats.conf');
  const configOn = (port: number): string =>
    natsConfig({ port, storeDir, pidFile: pidFile(runDir, 'nats'), logFile, secret });

  const found = runningServer(runDir, configFile);
  if (found !== undefined) {
    const port = knownPort(runDir);
    const sameConfig = readFileSync(configFile, 'utf8') === configOn(port);
    const watch = new ProcessWatch(found, undefined);
    if (sameConfig && (await natsReady(port, natsReadyTimeoutMs, () => !watch.hasEnded))) {
      return running(runDir, port, watch, true, secret);
    }
    await endProcess(found, stopSignals, stopTimeoutMs);
  }

  const port = options.port ?? (await rememberedPort(join(runDir, 'nats.port')));
  writeFileSync(configFile, configOn(port), { mode: 0o600 });
  const watch = await launch(options.bin, configFile, logFile);
  if (await natsReady(port, natsReadyTimeoutMs, () => !watch.hasEnded))
    return running(runDir, port, watch, false, secret);
  await watch.stop(stopSignals);
  throw new EmbeddedError(
    'embedded.nats-failed',
    `nats-server does not start. The end of ${logFile}:\n${tailOf(logFile)}`,
  );
}

/** The server that runs with this configuration file. It writes its pid file itself, so it is known from its first breath. */
function runningServer(runDir: string, configFile: string): number | undefined {
  const file = pidFile(runDir, 'nats');
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8').trim()) : NaN;
  return pid > 1 && isAlive(pid) && commandLineOf(pid).includes(configFile) ? pid : undefined;
}

function knownPort(runDir: string): number {
  const file = join(runDir, 'nats.port');
  return existsSync(file) ? Number(readFileSync(file, 'utf8').trim()) : 0;
}

async function launch(bin: string, configFile: string, logFile: string): Promise<ProcessWatch> {
  const log = openLog(logFile);
  try {
    const child = spawn(bin, ['--config', configFile], {
      env: bareEnvironment(),
      cwd: '/',
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    const pid = await new Promise<number>((started, failed) => {
      child.once('spawn', () => started(child.pid!));
      child.once('error', (error) =>
        failed(new EmbeddedError('embedded.nats-failed', `${bin} can't be run: ${error.message}`, error)),
      );
    });
    child.unref();
    return new ProcessWatch(pid, child);
  } finally {
    log.close();
  }
}

function running(runDir: string, port: number, watch: ProcessWatch, adopted: boolean, secret: string): RunningNats {
  writePidFile(runDir, 'nats', watch.pid);
  return {
    url: natsUrl(port, secret, adminUser),
    urlFor: (user) => natsUrl(port, secret, user),
    port,
    pid: watch.pid,
    adopted,
    onExit: (listener) => watch.onExit(listener),
    stop: async () => {
      await watch.stop(stopSignals);
      removePidFile(runDir, 'nats');
    },
  };
}
