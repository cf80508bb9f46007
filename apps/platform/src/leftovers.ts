import { endProcess, pidFileNames, readLivePid, removePidFile } from '@assay/embedded';
import { leftoverTimeoutMs } from './limits.js';

/** Postgres and NATS are adopted by those who start them, with their data in place. */
const adoptedElsewhere = new Set(['postgres', 'nats']);

/**
 * Ends the services that a killed supervisor left running. They are ended and not adopted: a new supervisor would not
 * hear how they die, and they may be of an older build. Only processes that the pid files prove to be ours are touched.
 */
export async function endLeftovers(runDir: string, say: (line: string) => void): Promise<void> {
  const names = pidFileNames(runDir).filter((name) => !adoptedElsewhere.has(name));
  await Promise.all(
    names.map(async (name) => {
      const pid = readLivePid(runDir, name);
      if (pid !== undefined && pid !== process.pid) {
        say(`${name} was left running by an earlier start (process ${pid}); ending it`);
        await endProcess(pid, ['SIGTERM'], leftoverTimeoutMs);
      }
      removePidFile(runDir, name);
    }),
  );
}
