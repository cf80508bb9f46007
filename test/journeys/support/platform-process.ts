import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { copyInstallation, preparedFor } from './prepared-installation.js';

export type RunMode = 'all-in-one' | 'split';

const readyWithinMs = 120_000;
const stopWithinMs = 60_000;
/** The most gateways that a journey starts. */
const neighbours = 4;

/** One installation of the product on this machine, started as its user starts it: a command and a data directory. */
export class PlatformProcess {
  private child: ChildProcess | null = null;
  readonly dataDir = mkdtempSync(join(tmpdir(), 'assay-journey-'));
  private port = 0;

  constructor(
    readonly mode: RunMode,
    private readonly options: {
      readonly args?: readonly string[];
      readonly env?: Readonly<Record<string, string>>;
      /** Why this one has to begin with an empty folder, where others begin with a copy of a prepared installation. */
      readonly fromNothing?: string;
    } = {},
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get adminKey(): string {
    return readFileSync(join(this.dataDir, 'admin-key'), 'utf8').trim();
  }

  /** Starts and waits until the gateway is ready; the first time on a copy of a prepared installation, if there is one. */
  async start(): Promise<this> {
    if (this.port === 0) {
      this.port = await freePorts();
      const prepared = this.options.fromNothing === undefined ? preparedFor(this.options.env ?? {}) : undefined;
      if (prepared !== undefined) await copyInstallation(prepared, this.dataDir);
    }
    const log = createWriteStream(join(this.dataDir, 'journey.log'), { flags: 'a' });
    const args = [
      resolve('apps/platform/dist/main.js'),
      ...(this.mode === 'split' ? ['--split'] : []),
      ...(this.options.args ?? []),
    ];
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PORT: String(this.port),
        ASSAY_DATA_DIR: this.dataDir,
        OUTBOUND_ALLOWED_NETWORKS: '127.0.0.0/8',
        LOG_LEVEL: 'warn',
        ...this.options.env,
      },
    });
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    this.child = child;
    const welcomed = new Promise<void>((resolve) => {
      child.stdout.on('data', (text: Buffer) => text.includes('Assay is ready') && resolve());
    });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    await Promise.race([welcomed, ended, sleep(readyWithinMs, undefined, { ref: false })]);
    await this.ready();
    return this;
  }

  /** Waits until the gateway says it is ready, as after a kill. */
  async ready(): Promise<void> {
    const deadline = Date.now() + readyWithinMs;
    while (Date.now() < deadline) {
      const answer = await fetch(`${this.url}/readyz`).catch(() => null);
      if (answer?.status === 200 && existsSync(join(this.dataDir, 'admin-key'))) return;
      if (this.child?.exitCode !== null && this.child?.exitCode !== undefined) break;
      await sleep(100);
    }
    throw new Error(`The platform is not ready.\n${this.log()}`);
  }

  /** The processes that run now, by name, as their pid files say. */
  pids(): ReadonlyMap<string, number> {
    const run = join(this.dataDir, 'run');
    const files = readdirSync(run).filter((file) => file.endsWith('.pid'));
    return new Map(
      files.flatMap((file): [string, number][] => {
        const pid = Number.parseInt(textOf(join(run, file)), 10);
        return Number.isInteger(pid) && pid > 1 ? [[file.slice(0, -'.pid'.length), pid]] : [];
      }),
    );
  }

  /** `kill -9` of one process of this installation. False if it is not running. */
  kill(name: string): boolean {
    const pid = this.pids().get(name);
    if (pid === undefined) return false;
    try {
      process.kill(pid, 'SIGKILL');
      return true;
    } catch {
      return false;
    }
  }

  /** Ends as Ctrl-C does, and waits. */
  async stop(): Promise<number | null> {
    const { child } = this;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
    child.kill('SIGTERM');
    const code = await Promise.race([ended, sleep(stopWithinMs, 'late' as const, { ref: false })]);
    if (code !== 'late') return code;
    child.kill('SIGKILL');
    throw new Error(`The platform did not stop within ${stopWithinMs} ms.\n${this.log()}`);
  }

  /** Waits for the end of a process that was killed, then starts again on the same data. */
  async restart(): Promise<void> {
    const { child } = this;
    if (child !== null && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    await this.start();
  }

  /** Stops and forgets everything. */
  async remove(): Promise<void> {
    try {
      await this.stop();
    } finally {
      for (const pid of this.pids().values()) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It has ended, as it should.
        }
      }
      rmSync(this.dataDir, { recursive: true, force: true });
    }
  }

  /** The last lines that the platform and its parts have written. */
  log(): string {
    return readFileSync(join(this.dataDir, 'journey.log'), 'utf8').split('\n').slice(-40).join('\n');
  }
}

/**
 * The first of some neighbouring ports (replicas of a gateway listen on them) on which nobody listens. Drawn from a range of our own: below that of
 * the embedded servers (20,000) and of outgoing connections, which both take ports between this look and the start.
 */
async function freePorts(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const first = randomInt(10_000, 20_000 - neighbours);
    const ports = Array.from({ length: neighbours }, (_, n) => first + n);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return first;
  }
  throw new Error('no free ports');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A pid file may go between the look at the folder and the look into it, when its process is being started again. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
