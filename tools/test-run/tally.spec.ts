import { describe, expect, it } from 'vitest';
import { parts } from './parts.ts';
import { failed, lastLine, sum, type Tally, tallyOf } from './tally.ts';

const aTally = (changes: Partial<Tally> = {}): Tally => ({ passed: 3, failures: [], skipped: [], ...changes });

describe('the last line', () => {
  it('sums up all parts', () => {
    const skipped = [{ name: 'cosign accepts it', reason: 'no cosign here' }];
    expect(lastLine(sum([aTally(), aTally({ passed: 4, skipped }), failed('build')]))).toBe(
      '7 passed, 1 failed, 1 skipped',
    );
  });

  it('says nothing of skipped tests if there are none', () => {
    expect(lastLine(aTally())).toBe('3 passed, 0 failed');
  });
});

describe('a part of the run', () => {
  it('passes with a report and exit code 0', () => {
    expect(tallyOf('unit', aTally(), 0)).toEqual(aTally());
  });

  it.each([
    ['leaves no report', undefined, 0, 'unit: the runner ended (exit code 0) without a report'],
    ['is killed', undefined, null, 'unit: the runner ended (exit code none) without a report'],
    ['fails for no counted reason', aTally(), 1, 'unit: the runner ended with exit code 1'],
    ['runs nothing', aTally({ passed: 0 }), 0, 'unit: no test ran'],
  ])('fails if it %s', (_, report, exitCode, failure) => {
    expect(tallyOf('unit', report, exitCode).failures).toEqual([failure]);
  });

  it('counts a failure once', () => {
    expect(tallyOf('unit', aTally({ failures: ['a'] }), 1).failures).toEqual(['a']);
  });
});

describe('the whole run', () => {
  it('leaves six of CI’s 30 minutes to the install, even if every part takes all it may', () => {
    expect(parts.reduce((minutes, { limitMinutes }) => minutes + limitMinutes, 0)).toBe(24);
  });

  it('runs every kind of test, after a build', () => {
    const names = parts.map(({ name }) => name);
    expect(names[0]).toBe('build');
    expect(names).toEqual(expect.arrayContaining(['architecture', 'unit', 'integration', 'journeys']));
  });
});
