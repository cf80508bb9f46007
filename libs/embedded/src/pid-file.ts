import { readFileSync, rmSync, writeFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { startTokenOf } from './process-identity.js';

/**
 * Notes that `<runDir>/<name>.pid` is this process. The file holds the id alone, so that `kill $(cat …)` works; the
 * process's start goes to `<name>.started` beside it, because an id alone may be somebody else's by tomorrow.
 */
export function writePidFile(runDir: string, name: string, pid: number): void {
  writeFileSync(startedFile(runDir, name), `${pid} ${startTokenOf(pid) ?? ''}\n`, { mode: 0o600 });
  writeFileSync(pidFile(runDir, name), `${pid}\n`, { mode: 0o644 });
}

/** The id of the process that the pid file names, if that very process still runs. */
export function readLivePid(runDir: string, name: string): number | undefined {
  const [pidText, token] = (readOrNothing(startedFile(runDir, name)) ?? '').trim().split(/ (.*)/s);
  const pid = Number(pidText);
  if (!Number.isSafeInteger(pid) || pid <= 1 || !token) return undefined;
  return startTokenOf(pid) === token ? pid : undefined;
}

/** Forgets the process. Removing what is not there is fine. */
export function removePidFile(runDir: string, name: string): void {
  rmSync(pidFile(runDir, name), { force: true });
  rmSync(startedFile(runDir, name), { force: true });
}

/** The names for which there is a pid file, whether or not the process lives. */
export function pidFileNames(runDir: string): string[] {
  return readdirSync(runDir)
    .filter((file) => file.endsWith('.pid'))
    .map((file) => basename(file, '.pid'))
    .toSorted();
}

/** Where the pid file of this name is. */
export function pidFile(runDir: string, name: string): string {
  return join(runDir, `${name}.pid`);
}

function startedFile(runDir: string, name: string): string {
  return join(runDir, `${name}.started`);
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
