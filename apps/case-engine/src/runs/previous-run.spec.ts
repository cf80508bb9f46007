import { newId } from '@assay/kernel';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { followersOf, previousOf } from './previous-run.js';
import type { Leader } from './run-order.js';

const at = (minute: number): Date => new Date(Date.UTC(2026, 0, 1, 0, minute));
const aRun = (known: Partial<Leader> = {}): Leader => ({
  id: newId(),
  provider: 'github',
  runStartedAt: null,
  ciRunId: null,
  acceptedAt: at(0),
  commitSha: null,
  ...known,
});

describe('the run before', () => {
  it('is found by what runs say of their age, however late they came', () => {
    const [one, two, three] = [1, 2, 3].map((n) => aRun({ ciRunId: `${n}`, acceptedAt: at(10 - n) }));
    const runs = [three!, one!, two!];
    expect(previousOf(three!, runs)).toBe(two);
    expect(previousOf(two!, runs)).toBe(one);
    expect(previousOf(one!, runs)).toBeNull();
    expect(followersOf(two!, runs)).toEqual([three]);
    expect(followersOf(three!, runs)).toEqual([]);
  });

  it('of runs that tell their age in different ways is that accepted last', () => {
    const numbered = aRun({ ciRunId: '9', acceptedAt: at(1) });
    const started = aRun({ runStartedAt: at(0), acceptedAt: at(2) });
    const plain = aRun({ acceptedAt: at(3) });
    expect(previousOf(plain, [numbered, started, plain])).toBe(started);
    expect(previousOf(started, [numbered, started, plain])).toBe(numbered);
  });

  it('is the same whatever the order in which runs arrived', () => {
    const runs = fc.uniqueArray(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(runs, fc.infiniteStream(fc.integer()), (numbers, noise) => {
        const all = numbers.map((n) => aRun({ ciRunId: `${n}` }));
        const shuffled = all
          .map((run) => [noise.next().value as number, run] as const)
          .toSorted(([a], [b]) => a - b)
          .map(([, run]) => run);
        for (const run of all) expect(previousOf(run, shuffled)).toEqual(previousOf(run, all));
      }),
    );
  });
});
