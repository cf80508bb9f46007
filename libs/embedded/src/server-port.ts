import { randomInt } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { EmbeddedError } from './embedded.errors.js';
import { portAttempts, portRange } from './limits.js';

/**
 * The port that this file remembers, if it is still free, else a new one, remembered. A server that comes back on its
 * old port is found by everything that was connected to it.
 * @throws EmbeddedError `embedded.no-free-port`
 */
export async function rememberedPort(file: string): Promise<number> {
  const known = existsSync(file) ? Number(readFileSync(file, 'utf8').trim()) : NaN;
  if (Number.isInteger(known) && known > 0 && (await isFree(known))) return known;
  const port = await freePort();
  writeFileSync(file, `${port}\n`, { mode: 0o600 });
  return port;
}

/** A port of 127.0.0.1 on which nobody listens now and which none of `taken` is. */
export async function freePort(taken: ReadonlySet<number> = new Set()): Promise<number> {
  for (let attempt = 0; attempt < portAttempts; attempt++) {
    const port = randomInt(portRange.first, portRange.last + 1);
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new EmbeddedError(
    'embedded.no-free-port',
    `No free port of 127.0.0.1 between ${portRange.first} and ${portRange.last} in ${portAttempts} attempts.`,
  );
}

/** True if a server could listen on this port now. */
export function isFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
