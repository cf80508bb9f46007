import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedError } from './embedded.errors.js';
import { adoptedPollMs, killTimeoutMs } from './limits.js';
import { isAlive } from './process-identity.js';

/**
 * Ends a process: each signal in turn until it is gone, SIGKILL last. The caller has made sure that the process is ours.
 * @param signals what to send, gentle first
 * @param timeoutMs how long each signal may take
 * @throws EmbeddedError `embedded.still-running` if even SIGKILL does not end it
 */
export async function endProcess(pid: number, signals: readonly NodeJS.Signals[], timeoutMs: number): Promise<void> {
  for (const signal of signals) {
    send(pid, signal);
    if (await gone(pid, timeoutMs)) return;
  }
  send(pid, 'SIGKILL');
  if (await gone(pid, killTimeoutMs)) return;
  throw new EmbeddedError('embedded.still-running', `Process ${pid} does not end, not even with SIGKILL.`);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function gone(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) return false;
    await sleep(Math.min(adoptedPollMs, 50));
  }
  return true;
}
