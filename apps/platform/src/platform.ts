import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { freePort, isFree, removePidFile, writePidFile } from '@assay/embedded';
import { welcomeLines } from './banner.js';
import type { StartRequest } from './command-line.js';
import { type DataDir, dataDirAt, makeDataDir } from './data-dir.js';
import { lockDataDir } from './data-dir-lock.js';
import { startInfrastructure } from './infrastructure.js';
import { gatewayUrlOn, type Installation, settingsFor } from './installation.js';
import { endLeftovers } from './leftovers.js';
import { logQuietly, type PlatformEnv } from './platform.env.js';
import { PlatformError } from './platform.errors.js';
import { exampleSbom } from './repository-paths.js';
import { type RunningServices, runSplit } from './run-split.js';
import { installationKeys } from './secrets.js';

/** The platform, up. */
export interface RunningPlatform {
  /** Where the first gateway answers; undefined if none was asked for. */
  readonly url: string | undefined;
  /** Services drain, then NATS ends, then Postgres. */
  stop(): Promise<void>;
}

export interface PlatformOptions {
  readonly env: PlatformEnv;
  /** Secrets that are kept elsewhere, for the services. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly request: StartRequest;
  readonly say: (line: string) => void;
  /** Aborts the start; what has been started until then is stopped. */
  readonly signal: AbortSignal;
}

/**
 * Brings the platform up: the data directory, what it needs on this machine, the services, in that order.
 * @throws PlatformError or EmbeddedError with a sentence for the operator; nothing of this start is left running then
 */
export async function startPlatform({ env, secrets, request, say, signal }: PlatformOptions): Promise<RunningPlatform> {
  const stack = new AsyncDisposableStack();
  const dir = dataDirAt(env.ASSAY_DATA_DIR);
  try {
    await makeDataDir(dir, env.DATABASE_URL === undefined);
    const lock = lockDataDir(dir.run);
    stack.defer(() => lock.release());
    await endLeftovers(dir.run, say);
    notePid(stack, dir, request);
    const gatewayPort = await gatewayPortOf(env, request);

    const infrastructure = await startInfrastructure(env, dir, say);
    stack.defer(() => infrastructure.stop());
    signal.throwIfAborted();

    const knowsAdminKey = env.ASSAY_ADMIN_KEY !== undefined || existsSync(dir.adminKeyFile);
    const settings = settingsFor(env, dir, infrastructure, { ...secrets, ...installationKeys(env, dir) });
    const gatewayUrl = gatewayUrlOn(env);
    const installation = { request, dir, infrastructure, settings, gatewayPort, gatewayUrl, say, signal };
    const services = await run(installation);
    stack.defer(() => services.stop());
    signal.throwIfAborted();

    const url = request.services.includes('ingest-gateway') ? gatewayUrl(gatewayPort) : undefined;
    if (url !== undefined) welcome(url, dir, knowsAdminKey, say);
    return { url, stop: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

/** Loaded when needed: a supervisor needs neither Nest nor the services in its memory. */
async function run(installation: Installation): Promise<RunningServices> {
  if (installation.request.split) return runSplit(installation);
  logQuietly();
  const { runInProcess } = await import('./run-in-process.js');
  return runInProcess(installation);
}

function notePid(stack: AsyncDisposableStack, dir: DataDir, request: StartRequest): void {
  const name = request.split ? 'supervisor' : 'platform';
  writePidFile(dir.run, name, process.pid);
  stack.defer(() => removePidFile(dir.run, name));
}

/** The port of the first gateway. Looked at before anything is started, so that a taken one is told at once. */
async function gatewayPortOf(env: PlatformEnv, request: StartRequest): Promise<number> {
  if (env.PORT === 0) return freePort();
  if (!request.services.includes('ingest-gateway')) return env.PORT;
  const gateways = request.replicas.get('ingest-gateway') ?? 1;
  for (let port = env.PORT; port < env.PORT + gateways; port++) {
    if (await isFree(port, env.HOST)) continue;
    throw new PlatformError(
      'conflict',
      'platform.port-taken',
      `Nothing can listen on ${env.HOST}, port ${port}: it is taken or not allowed. Set PORT (and HOST) to another one.`,
    );
  }
  return env.PORT;
}

function welcome(url: string, dir: DataDir, knewAdminKey: boolean, say: (line: string) => void): void {
  const isNew = !knewAdminKey && existsSync(dir.adminKeyFile);
  const newAdminKey = isNew ? readFileSync(dir.adminKeyFile, 'utf8').trim() : undefined;
  const adminKeyFile = shortest(dir.adminKeyFile);
  for (const line of welcomeLines({ url, newAdminKey, adminKeyFile, exampleSbom: shortest(exampleSbom) })) say(line);
}

/** The path as it is easiest to read from here. */
function shortest(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith('..') ? path : fromHere;
}
