import { setTimeout as sleep } from 'node:timers/promises';

/** How long a condition may take in a test before it counts as false: generous, because machines are noisy. */
const patienceMs = 30_000;
const pollMs = 20;

/**
 * Waits until `probe` gives something other than undefined, null or false, and gives that. Tests wait on conditions and
 * never on time. A probe that throws is asked again; its last failure is told when patience ends.
 */
export async function eventually<Value>(
  what: string,
  probe: () => Value | Promise<Value>,
  withinMs: number = patienceMs,
): Promise<Exclude<Value, undefined | null | false>> {
  const deadline = Date.now() + withinMs;
  let failure: unknown;
  do {
    try {
      const value = await probe();
      if (value !== undefined && value !== null && value !== false) {
        return value as Exclude<Value, undefined | null | false>;
      }
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    await sleep(pollMs);
  } while (Date.now() < deadline);
  throw new Error(`${what} did not come true within ${withinMs} ms`, { cause: failure });
}
