import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { artifactStoreOf, type S3Settings } from '../src/index.js';
import { obtainSeaweedFs } from './obtain-seaweedfs.js';
import { s3ServerHints } from './s3-server.env.js';

/** A real S3 server for tests. */
export interface S3Server {
  readonly settings: S3Settings;
  stop(): Promise<void>;
}

/** One kind of server, started only by the tests that ask for it. */
export interface S3Candidate {
  readonly name: string;
  start(): Promise<S3Server>;
}

const hints = s3ServerHints();
const { accessKey, secretKey } = hints;
const cachedPrograms = fileURLToPath(new URL('../../../.cache/bin/', import.meta.url));
const bucket = `assay-test-${process.pid}`;

/** A cold start of SeaweedFS takes 3 s; of a loaded machine with two cores more. */
const startTimeoutMs = 60_000;

/** The server that `S3_ENDPOINT` names, else SeaweedFS, obtained if need be, and MinIO where somebody has installed it. */
export function s3Candidates(): S3Candidate[] {
  if (hints.endpoint !== undefined) return [{ name: hints.endpoint, start: () => useRunning(hints.endpoint!) }];
  const candidates = [{ name: 'SeaweedFS', start: startSeaweedFs }];
  const minio = programNamed('minio');
  if (minio === undefined) console.info('MinIO is not tried: there is no minio on PATH or in .cache/bin.');
  else candidates.push({ name: 'MinIO', start: () => startMinio(minio) });
  return candidates;
}

async function useRunning(endpoint: string): Promise<S3Server> {
  return { settings: settingsOf(endpoint), stop: () => Promise.resolve() };
}

async function startSeaweedFs(): Promise<S3Server> {
  let program = programNamed('weed');
  if (program === undefined) {
    program = join(cachedPrograms, 'weed');
    await obtainSeaweedFs(program);
  }
  const directory = mkdtempSync(join(tmpdir(), 'assay-s3-'));
  const identities = join(directory, 'identities.json');
  const credentials = [{ accessKey, secretKey }];
  writeFileSync(identities, JSON.stringify({ identities: [{ name: 'assay', credentials, actions: ['Admin'] }] }));
  const services = ['master', 'volume', 'filer', 's3'];
  const ports = await freePorts(services.length * 2);
  const portFlags = services.flatMap((service, index) => [
    `-${service}.port=${ports[index * 2]}`,
    `-${service}.port.grpc=${ports[index * 2 + 1]}`,
  ]);
  const rest = [
    '-ip=127.0.0.1',
    '-s3',
    '-s3.port.iceberg=0',
    '-master.telemetry=false',
    '-master.volumeSizeLimitMB=1024',
  ];
  const args = ['server', `-dir=${directory}`, `-s3.config=${identities}`, ...rest, ...portFlags];
  return started(program, args, `http://127.0.0.1:${ports[6]}`, directory);
}

async function startMinio(program: string): Promise<S3Server> {
  const directory = mkdtempSync(join(tmpdir(), 'assay-s3-'));
  const [port, consolePort] = await freePorts(2);
  const args = ['server', directory, '--address', `127.0.0.1:${port}`, '--console-address', `127.0.0.1:${consolePort}`];
  return started(program, args, `http://127.0.0.1:${port}`, directory);
}

/** Starts the program and waits until a bucket can be made in it. */
async function started(program: string, args: string[], endpoint: string, directory: string): Promise<S3Server> {
  const environment = { PATH: hints.path.join(':'), HOME: directory };
  const env = { ...environment, MINIO_ROOT_USER: accessKey, MINIO_ROOT_PASSWORD: secretKey };
  const child = spawn(program, args, { cwd: directory, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const output of [child.stdout, child.stderr]) {
    output.on('data', (text: Buffer) => (said = (said + text.toString()).slice(-4000)));
  }
  const stop = async (): Promise<void> => {
    await ended(child);
    rmSync(directory, { recursive: true, force: true });
  };
  const settings = settingsOf(endpoint);
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    try {
      await artifactStoreOf(settings).start();
      return { settings, stop };
    } catch (error) {
      if (child.exitCode === null && Date.now() < deadline) {
        await sleep(100);
        continue;
      }
      await stop();
      throw new Error(`${program} did not start:\n${said}`, { cause: error });
    }
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exit;
}

function settingsOf(endpoint: string): S3Settings {
  return { driver: 's3', endpoint, accessKey, secretKey, bucket };
}

function programNamed(name: string): string | undefined {
  return [cachedPrograms, ...hints.path].map((folder) => join(folder, name)).find((file) => existsSync(file));
}

/** Ports that nobody uses now, all different as they are held open until the last is known. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ports.push((server.address() as AddressInfo).port);
  }
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
