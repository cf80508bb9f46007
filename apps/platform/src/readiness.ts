import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { readyPollMs, readyProbeTimeoutMs } from './limits.js';

/**
 * Waits until `GET <url>/readyz` answers 200.
 * @returns false if the time was over or `signal` ended the wait
 */
export async function untilReady(url: string, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (!signal.aborted && Date.now() < deadline) {
    if (await answersReady(`${url}/readyz`)) return true;
    await sleep(readyPollMs, undefined, { signal }).catch(() => undefined);
  }
  return false;
}

function answersReady(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { timeout: readyProbeTimeoutMs, agent: false };
    const probe = url.startsWith('https:')
      ? // The certificate names the public host and this asks our own process on this machine; nothing secret is sent.
        httpsRequest(url, { ...options, rejectUnauthorized: false })
      : httpRequest(url, options);
    probe.once('response', (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    probe.once('timeout', () => probe.destroy(new Error('timeout')));
    probe.once('error', () => resolve(false));
    probe.end();
  });
}
