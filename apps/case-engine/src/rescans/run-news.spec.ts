import { describe, expect, it } from 'vitest';
import { aFinding, groupOf } from '../../test/builders.js';
import type { Judged } from '../findings/judgement.js';
import { newsOf, worstOf } from './run-news.js';

const open = (id: string, known: object = {}): Judged => ({
  finding: aFinding(id, known),
  state: 'open',
  exceptionId: null,
});
const kev = { dateAdded: '2031-01-01', dueDate: null, ransomware: false } as unknown as NonNullable<
  ReturnType<typeof aFinding>['kev']
>;
const ids = (judged: readonly Judged[]): string[] => judged.map(({ finding }) => finding.vulnerabilityId);

describe('news of a run', () => {
  it('are what was not there the last time', () => {
    const { fresh, freshKev } = newsOf([aFinding('CVE-1')], [open('CVE-1'), open('CVE-2'), open('CVE-3', { kev })]);
    expect(ids(fresh)).toEqual(['CVE-2', 'CVE-3']);
    expect(ids(freshKev)).toEqual(['CVE-3']);
  });

  it('are also what is known to be exploited since', () => {
    const { fresh, freshKev } = newsOf([aFinding('CVE-1')], [open('CVE-1', { kev })]);
    expect({ fresh: ids(fresh), freshKev: ids(freshKev) }).toEqual({ fresh: [], freshKev: ['CVE-1'] });
    expect(newsOf([aFinding('CVE-1', { kev })], [open('CVE-1', { kev })]).freshKev).toEqual([]);
  });

  it('are not what only goes by another name since', () => {
    const group = groupOf('CVE-1');
    expect(newsOf([aFinding('CVE-1')], [open('CVE-1', { key: 'renamed', group })]).fresh).toEqual([]);
    expect(ids(newsOf([aFinding('CVE-1')], [open('CVE-1'), open('CVE-1', { key: 'elsewhere' })]).fresh)).toEqual([
      'CVE-1',
    ]);
  });
});

describe('what a message names', () => {
  it('are the worst, exploited ones first, as many as there is room for', () => {
    const findings = [
      aFinding('CVE-1', { severity: 'low' }),
      aFinding('CVE-2', { severity: 'critical' }),
      aFinding('CVE-3', { severity: 'medium', kev }),
    ];
    expect(worstOf(findings).map(({ vulnerabilityId }) => vulnerabilityId)).toEqual(['CVE-3', 'CVE-2', 'CVE-1']);
    const many = worstOf(Array.from({ length: 500 }, (_, at) => aFinding(`CVE-${at}`, { target: 'x'.repeat(400) })));
    expect(Buffer.byteLength(JSON.stringify(many))).toBeLessThan(25_000);
    expect(many.length).toBeGreaterThan(20);
  });
});
