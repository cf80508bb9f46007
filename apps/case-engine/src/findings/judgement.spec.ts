import type { Finding } from '@assay/contracts';
import { severities } from '@assay/kernel';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Exception } from '../exceptions/exception.js';
import { aFinding, anException } from '../../test/builders.js';
import {
  compare,
  countsOf,
  type Difference,
  inFewWords,
  isEmpty,
  judge,
  type Judged,
  type Known,
  placeOf,
} from './judgement.js';
import { unionOf } from './union.js';

const today = new Date('2026-01-01T00:00:00Z');
const place = {
  subject: { kind: 'branch', provider: 'github', org: 'acme', repo: 'web', branch: 'main' },
  imageName: null,
} as const;

const judged = (findings: Finding[], exceptions: Exception[] = []): Judged[] =>
  judge(findings, exceptions, place, today);

/** What is known after a difference was written. */
function after(known: readonly Known[], { ending, beginning, renamed }: Difference): Known[] {
  const names = new Map(renamed.map(({ from, to }) => [from, to]));
  const ended = new Set(ending.map(({ key }) => key));
  const kept = known
    .map((each) => ({ ...each, key: names.get(each.key) ?? each.key }))
    .filter(({ key }) => !ended.has(key));
  return [...kept, ...beginning.map(knownOf)];
}

function knownOf({ finding, state, exceptionId }: Judged): Known {
  const { key, severity, kev, group } = finding;
  return { key, severity, state, exceptionId, group, kev: kev !== null, place: placeOf(finding) };
}

const kev = { dateAdded: '2026-01-01', dueDate: null, requiredAction: 'Patch' };

describe('a judgement', () => {
  it('splits findings into those that count and those that are excepted', () => {
    const all = judged([aFinding('CVE-1'), aFinding('CVE-2')], [anException('CVE-2')]);
    expect(all.map(({ state }) => state)).toEqual(['open', 'excluded']);
    expect(countsOf(all)).toMatchObject({ high: 1, excluded: 1 });
  });

  it('takes the narrowest of several exceptions, whose reason people read', () => {
    const wide = anException('CVE-1');
    const narrow = anException('CVE-1', { kind: 'repository', org: 'acme', repo: 'web' });
    expect(judged([aFinding('CVE-1')], [wide, narrow])[0]?.exceptionId).toBe(narrow.id);
  });

  it('counts exploited ones beside their severity', () => {
    expect(countsOf(judged([aFinding('CVE-1', { severity: 'low', kev })]))).toMatchObject({ low: 1, kev: 1, high: 0 });
  });
});

describe('what a judgement changes', () => {
  it('is nothing where nothing is different', () => {
    const same = judged([aFinding('CVE-1')]);
    expect(isEmpty(compare(same.map(knownOf), same))).toBe(true);
  });

  it('opens what is new and resolves what is gone', () => {
    const change = compare(judged([aFinding('CVE-1')]).map(knownOf), judged([aFinding('CVE-2')]));
    expect(change.opened.map(({ vulnerabilityId }) => vulnerabilityId)).toEqual(['CVE-2']);
    expect(change.ending).toEqual([{ key: 'CVE-1', as: 'resolved' }]);
  });

  it('excepts what was open, and opens it again', () => {
    const open = judged([aFinding('CVE-1')]);
    const excluded = judged([aFinding('CVE-1')], [anException('CVE-1')]);
    expect(compare(open.map(knownOf), excluded)).toMatchObject({ opened: [], excepted: [{ key: 'CVE-1' }] });
    expect(compare(excluded.map(knownOf), open)).toMatchObject({ opened: [{ key: 'CVE-1' }], excepted: [] });
  });

  it('tells of an open finding again when it got worse or is exploited now', () => {
    const known = judged([aFinding('CVE-1', { severity: 'low' })]).map(knownOf);
    for (const worse of [aFinding('CVE-1', { severity: 'critical' }), aFinding('CVE-1', { severity: 'low', kev })]) {
      const change = compare(known, judged([worse]));
      expect(change.opened).toHaveLength(1);
      expect(change.ending).toEqual([{ key: 'CVE-1', as: 'changed' }]);
    }
  });

  it('knows a finding by its place when its vulnerability was merged and its key is another one', () => {
    const known = judged([aFinding('CVE-1')]).map(knownOf);
    const change = compare(known, judged([aFinding('CVE-1', { key: 'after the merge' })]));
    expect(change).toMatchObject({ renamed: [{ from: 'CVE-1', to: 'after the merge' }], opened: [], ending: [] });
  });

  it('leads from what was known to what was judged, whatever both are', () => {
    const finding = fc
      .record({ id: fc.constantFrom('CVE-1', 'CVE-2', 'CVE-3', 'CVE-4'), severity: fc.constantFrom(...severities) })
      .map(({ id, severity }) => aFinding(id, { severity }));
    const findings = fc.uniqueArray(finding, { selector: ({ key }) => key });
    const exceptions = fc.subarray(['CVE-1', 'CVE-2', 'CVE-3'].map((id) => anException(id)));
    fc.assert(
      fc.property(findings, findings, exceptions, exceptions, (before, now, then, since) => {
        const known = judged(before, then).map(knownOf);
        const verdict = judged(now, since);
        const reached = after(known, compare(known, verdict));
        const byKey = (one: Known, other: Known): number => (one.key < other.key ? -1 : 1);
        expect(reached.toSorted(byKey)).toEqual(verdict.map(knownOf).toSorted(byKey));
        expect(isEmpty(compare(reached, verdict))).toBe(true);
      }),
    );
  });
});

describe('a finding that is not there any more', () => {
  const known = judged([aFinding('CVE-1', { engines: ['trivy'] })]).map((each) => ({
    ...knownOf(each),
    engines: each.finding.engines,
  }));

  it('is gone where its engine has looked, and only unseen where it has not yet', () => {
    expect(compare(known, [], new Set(['trivy'])).ending).toEqual([{ key: 'CVE-1', as: 'resolved' }]);
    expect(compare(known, [], new Set(['assay-osv'])).ending).toEqual([{ key: 'CVE-1', as: 'resolved', unseen: true }]);
    expect(compare(known, []).ending).toEqual([{ key: 'CVE-1', as: 'resolved' }]);
  });
});

describe('the union of documents', () => {
  it('counts once what two tools saw, at its worst, with both of them', () => {
    const [one, ...rest] = unionOf([
      [aFinding('CVE-1', { engines: ['trivy'] })],
      [aFinding('CVE-1', { engines: ['assay-osv'], severity: 'critical', kev })],
    ]);
    expect(rest).toEqual([]);
    expect(one).toMatchObject({ severity: 'critical', engines: ['assay-osv', 'trivy'], kev });
  });

  it('of one document is its findings, each once', () => {
    expect(unionOf([[aFinding('CVE-1'), aFinding('CVE-1'), aFinding('CVE-2')]])).toHaveLength(2);
    expect(unionOf([])).toEqual([]);
  });
});

describe('a finding in few words', () => {
  it('names its component by purl, else by name and version', () => {
    expect(inFewWords(aFinding('CVE-1')).component).toBe('pkg:npm/cve-1@1.0.0');
    const component = { purl: null, name: 'zlib', version: '1.2', fixedVersion: '1.3' };
    expect(inFewWords(aFinding('CVE-1', { component }))).toMatchObject({ component: 'zlib@1.2', fixedVersion: '1.3' });
  });
});
