import { newId } from '@assay/kernel';
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareRuns, type Leader, newestOf, trackOf, withRun } from './run-order.js';

const at = (minute: number): Date => new Date(Date.UTC(2026, 0, 1, 0, minute));

function aRun(known: Partial<Leader> = {}): Leader {
  const said = { provider: 'github', runStartedAt: null, ciRunId: null, acceptedAt: at(0), commitSha: null };
  return { id: newId(), ...said, ...known };
}

const anyRun = fc
  .record({
    runStartedAt: fc.option(fc.integer({ min: 0, max: 3 }).map(at)),
    ciRunId: fc.option(fc.integer({ min: 0, max: 3 }).map(String)),
    provider: fc.constantFrom('github', 'gitlab'),
    acceptedAt: fc.integer({ min: 0, max: 3 }).map(at),
    commitSha: fc.string({ maxLength: 2 }),
  })
  .map((known) => aRun(known));

const newestAfter = (runs: readonly Leader[]): Leader | null =>
  newestOf(runs.reduce<readonly Leader[]>((leaders, run) => withRun(leaders, run), []));

describe('the order of runs', () => {
  it('follows the time they say they began, whatever else they say', () => {
    const older = aRun({ runStartedAt: at(1), ciRunId: '9', acceptedAt: at(9) });
    const newer = aRun({ runStartedAt: at(2), ciRunId: '8', acceptedAt: at(8) });
    expect(compareRuns(older, newer)).toBeLessThan(0);
    expect(newestAfter([newer, older])).toEqual(newer);
  });

  it('else follows the numbers of one provider, as numbers and beyond 2^53', () => {
    expect(compareRuns(aRun({ ciRunId: '9' }), aRun({ ciRunId: '10' }))).toBeLessThan(0);
    const big = compareRuns(aRun({ ciRunId: '90071992547409931' }), aRun({ ciRunId: '90071992547409932' }));
    expect(big).toBeLessThan(0);
  });

  it('else follows acceptance: numbers of two providers, and words, say nothing', () => {
    const early = aRun({ ciRunId: '9', acceptedAt: at(1) });
    for (const later of [aRun({ ciRunId: '1', provider: 'gitlab', acceptedAt: at(2) }), aRun({ acceptedAt: at(2) })]) {
      expect(newestAfter([later, early])).toEqual(later);
    }
  });

  it('is one order within a track: no two runs that differ are equal, and there is no circle', () => {
    const three = fc.array(anyRun, { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(three, ([a, b, c]) => {
        fc.pre(trackOf(a!) === trackOf(b!) && trackOf(b!) === trackOf(c!));
        expect(Math.sign(compareRuns(a!, b!))).toBe(-Math.sign(compareRuns(b!, a!)) || 0);
        expect(compareRuns(a!, b!) < 0 && compareRuns(b!, c!) < 0 && compareRuns(a!, c!) >= 0).toBe(false);
        const nameless = ({ id: _, ...rest }: Leader): object => rest;
        expect(compareRuns(a!, b!) !== 0 || isDeepStrictEqual(nameless(a!), nameless(b!))).toBe(true);
      }),
    );
  });

  it('ends with the same newest run in every order of arrival, each as often as it likes, whatever runs say of their age', () => {
    const orders = fc
      .uniqueArray(anyRun, { minLength: 1, maxLength: 7, selector: ({ id: _, ...rest }) => JSON.stringify(rest) })
      .chain((all) =>
        fc.tuple(
          fc.constant(all),
          fc.shuffledSubarray(all, { minLength: all.length }),
          fc.array(fc.constantFrom(...all)),
        ),
      );
    fc.assert(
      fc.property(orders, ([all, shuffled, again]) => {
        expect(newestAfter([...shuffled, ...again])).toEqual(newestAfter(all));
      }),
    );
  });
});
