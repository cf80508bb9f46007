import { linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTokenOf } from '@assay/embedded';
import { PlatformError } from './platform.errors.js';

const lockPattern = /^lock\.(\d+)$/;

/**
 * Takes the data directory for this process, until `release` or death.
 *
 * The lock is a file `lock.<n>` with the holder's id and start. Whoever finds the newest one without a living holder
 * links `lock.<n+1>`; of several who try, the file system lets one succeed. Nothing is ever taken away from its place by
 * name alone, which is how two processes that clean up after a third end up both holding a simpler lock.
 * @throws PlatformError `platform.already-running`
 */
export function lockDataDir(runDir: string): { release(): void } {
  const draft = join(runDir, `lock.${process.pid}.new`);
  writeFileSync(draft, `${process.pid} ${startTokenOf(process.pid) ?? ''}\n`, { mode: 0o600 });
  try {
    for (;;) {
      const newest = newestLock(runDir);
      refuseIfHeld(runDir, newest);
      const mine = lockFile(runDir, newest + 1);
      try {
        linkSync(draft, mine);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
        throw error;
      }
      if (newestLock(runDir) > newest + 1) {
        rmSync(mine); // Our look at the folder was out of date: somebody is further on.
        continue;
      }
      removeOlder(runDir, newest + 1);
      return { release: () => rmSync(mine, { force: true }) };
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

function refuseIfHeld(runDir: string, number: number): void {
  const holder = number === 0 ? undefined : livingHolder(lockFile(runDir, number));
  if (holder === undefined) return;
  throw new PlatformError(
    'conflict',
    'platform.already-running',
    `Assay already runs on ${join(runDir, '..')} (process ${holder}). ` +
      `Stop it first (kill ${holder}), or start this one with another ASSAY_DATA_DIR and PORT.`,
  );
}

function livingHolder(file: string): number | undefined {
  const [pid, token] = readOrNothing(file).trim().split(/ (.*)/s);
  return token && startTokenOf(Number(pid)) === token ? Number(pid) : undefined;
}

function newestLock(runDir: string): number {
  return Math.max(0, ...lockNumbers(runDir));
}

function removeOlder(runDir: string, than: number): void {
  for (const number of lockNumbers(runDir)) if (number < than) rmSync(lockFile(runDir, number), { force: true });
}

function lockNumbers(runDir: string): number[] {
  return readdirSync(runDir).flatMap((name) => lockPattern.exec(name)?.slice(1).map(Number) ?? []);
}

function lockFile(runDir: string, number: number): string {
  return join(runDir, `lock.${number}`);
}

function readOrNothing(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // Released between two looks.
  }
}
