import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until the answer is truthy, and gives it; what throws meanwhile counts as not yet. */
export async function waitUntil<Value>(
  what: string,
  probe: () => Promise<Value>,
  withinMs = 60_000,
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
    await sleep(50);
  }
  throw new Error(`${what} did not come true within ${withinMs} ms; last: ${String(last)}`, { cause: last });
}
