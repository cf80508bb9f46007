import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks until the answer is truthy, and gives it; what throws meanwhile counts as not yet. Asking costs the platform processor
 * time, so who waits for many things at once asks less often.
 */
export async function waitUntil<Value>(
  what: string,
  probe: () => Promise<Value>,
  withinMs = 60_000,
  everyMs = 50,
): Promise<NonNullable<Exclude<Value, false>>> {
  const deadline = Date.now() + withinMs;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const value = await probe();
      if (value !== null && value !== undefined && value !== false) return value as NonNullable<Exclude<Value, false>>;
      last = value;
    } catch (error) {
      last = error;
    }
    await sleep(everyMs);
  }
  throw new Error(`${what} did not come true within ${withinMs} ms; last: ${String(last)}`, { cause: last });
}
