import { beforeAll, describe, expect, it } from 'vitest';
import { differences, flow, type FlowOutcome } from './support/nothing-lost.js';

const documents = 120;
const minutesMs = 60_000;

let undisturbed: FlowOutcome;
beforeAll(async () => {
  undisturbed = await flow('all-in-one', documents, null);
}, 4 * minutesMs);

describe('what was accepted', () => {
  it('leaves the traces of a real flow', () => {
    expect(undisturbed.traces.size).toBe(documents);
    const all = [...undisturbed.traces.values()];
    expect(all.every((trace) => trace.receipt === 'done' && trace.verdict === 200)).toBe(true);
    expect(all.flatMap((trace) => trace.findings).length).toBeGreaterThan(documents);
    expect(all.flatMap((trace) => trace.audit).length).toBeGreaterThan(4 * documents);
    expect(all.filter((trace) => trace.webhooks > 0).length).toBeGreaterThan(10);
  });

  it.each([
    ['split', 1, 'the first import is killed too'],
    ['all-in-one', 2, undefined],
  ] as const)(
    'is not lost and not done twice, whatever is killed (%s, seed %i)',
    async (mode, seed, fromNothing) => {
      const disturbed = await flow(mode, documents, { seed, kills: 12, fromNothing });
      expect(disturbed.killed.length).toBeGreaterThan(5);
      expect(differences(undisturbed, disturbed)).toEqual([]);
    },
    5 * minutesMs,
  );
});
