import { expect, it } from 'vitest';
import { type Outcome, WaitingCallers } from './waiting-callers.js';

const failed: Outcome = { outcome: 'failed', error: { kind: 'invalid', code: 'x', message: 'no', fields: [] } };

it('everybody who waits for a receipt is told, once, and nobody else', async () => {
  const callers = new WaitingCallers();
  const [one, two, other] = [
    callers.wait('a', '1', 60_000),
    callers.wait('a', '1', 60_000),
    callers.wait('b', '2', 60_000),
  ];
  expect(callers.byTenant()).toEqual(
    new Map([
      ['a', ['1']],
      ['b', ['2']],
    ]),
  );
  callers.complete('1', failed);
  callers.complete('1', { outcome: 'still-working' });
  expect(await Promise.all([one.outcome, two.outcome])).toEqual([failed, failed]);
  expect(callers.has('1')).toBe(false);
  other.cancel();
  expect(await other.outcome).toEqual({ outcome: 'still-working' });
  expect(callers.byTenant().size).toBe(0);
});

it('patience ends by itself, and at a shutdown', async () => {
  const callers = new WaitingCallers();
  expect(await callers.wait('a', '1', 1).outcome).toEqual({ outcome: 'still-working' });
  const waiter = callers.wait('a', '1', 60_000);
  callers.releaseAll();
  expect(await waiter.outcome).toEqual({ outcome: 'still-working' });
});
