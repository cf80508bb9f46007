import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** With the shipped advisories imported, or (`FEEDS_SEED=false`) with none. */
export type Preparation = 'with-advisories' | 'without-advisories';

/**
 * The folder with one installation for each preparation, made once for a run of the journeys (`prepare-installations.ts`).
 * Without this variable, as in benchmarks, every platform starts from nothing.
 */
export const preparedVariable = 'ASSAY_PREPARED_INSTALLATIONS';

/** What belongs to the processes of one start, not to the installation: ports, pid files, and what they said. */
const ofOneStart = new Set(['run', 'logs', 'journey.log']);

const run = promisify(execFile);

/** The data directory prepared for a platform with this environment; undefined if none was prepared. */
export function preparedFor(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const folder = process.env[preparedVariable];
  if (folder === undefined) return undefined;
  const preparation: Preparation = env['FEEDS_SEED'] === 'false' ? 'without-advisories' : 'with-advisories';
  return join(folder, preparation);
}

/**
 * Copies the data directory of a stopped platform into an empty one: database, streams, artifacts, keys. Owners stay, since
 * Postgres reads only what is its own.
 */
export async function copyInstallation(from: string, to: string): Promise<void> {
  mkdirSync(to, { recursive: true });
  const kept = readdirSync(from).filter((name) => !ofOneStart.has(name));
  await run('cp', ['-a', '--reflink=auto', ...kept.map((name) => join(from, name)), to]);
}
