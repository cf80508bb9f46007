import type { Origin, Subject } from '@assay/contracts';
import { digestOf, newId } from '@assay/kernel';
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { begin, compareRuns, componentsOf, enter, refresh, type RunDocument, runKey, type RunOrder } from './run.js';

const at = (minute: number): Date => new Date(Date.UTC(2026, 0, 1, 0, minute));
const pr: Subject = { kind: 'pr', provider: 'github', org: 'acme', repo: 'web', prId: '7' };

function anOrigin(known: Partial<Origin> = {}): Origin {
  return {
    provider: 'github',
    org: 'acme',
    repo: 'web',
    branch: 'feature',
    prId: '7',
    targetBranch: 'main',
    commitSha: 'c1',
    baseSha: null,
    commitAuthor: null,
    runId: '100',
    runUrl: null,
    runStartedAt: null,
    imageName: null,
    imageTag: null,
    imageDigest: null,
    ...known,
  };
}

function aDocument(known: Partial<RunDocument> = {}): RunDocument {
  return {
    tool: 'cyclonedx',
    target: '',
    scanId: newId(),
    receiptId: newId(),
    acceptedAt: at(0),
    documentDigest: digestOf('d'),
    findingsDigest: digestOf('f'),
    components: 10,
    findingsVersion: null,
    ...known,
  };
}

function anOrder(known: Partial<RunOrder> = {}): RunOrder {
  return { provider: 'github', runStartedAt: null, ciRunId: null, acceptedAt: at(0), commitSha: null, ...known };
}

const aRun = (document = aDocument()) => {
  const arrival = { origin: anOrigin(), document };
  return enter(begin(newId(), 'key', arrival), arrival).run;
};

describe('the order of runs', () => {
  it('follows the time they say they began, whatever else they say', () => {
    const older = anOrder({ runStartedAt: at(1), ciRunId: '9', acceptedAt: at(9) });
    const newer = anOrder({ runStartedAt: at(2), ciRunId: '8', acceptedAt: at(8) });
    expect(compareRuns(older, newer)).toBeLessThan(0);
  });

  it('else follows the numbers of one provider, as numbers and beyond 2^53', () => {
    expect(compareRuns(anOrder({ ciRunId: '9' }), anOrder({ ciRunId: '10' }))).toBeLessThan(0);
    const big = compareRuns(anOrder({ ciRunId: '90071992547409931' }), anOrder({ ciRunId: '90071992547409932' }));
    expect(big).toBeLessThan(0);
  });

  it('else follows acceptance: numbers of two providers, and words, say nothing', () => {
    const early = anOrder({ ciRunId: '9', acceptedAt: at(1) });
    expect(compareRuns(early, anOrder({ ciRunId: '1', provider: 'gitlab', acceptedAt: at(2) }))).toBeLessThan(0);
    expect(compareRuns(early, anOrder({ ciRunId: 'build-1', acceptedAt: at(2) }))).toBeLessThan(0);
  });

  it('is one order: no two runs that differ are equal, and there is no circle among runs that say the same things', () => {
    const kinds = [
      fc.record({ runStartedAt: fc.integer({ min: 0, max: 3 }).map(at) }),
      fc.record({ ciRunId: fc.integer({ min: 0, max: 3 }).map(String) }),
      fc.record({}),
    ] as fc.Arbitrary<Partial<RunOrder>>[];
    const orders = fc.constantFrom(...kinds).chain((kind) =>
      fc.array(
        fc
          .tuple(kind, fc.integer({ min: 0, max: 3 }).map(at), fc.string({ maxLength: 2 }))
          .map(([known, acceptedAt, commitSha]) => anOrder({ ...known, acceptedAt, commitSha })),
        { minLength: 3, maxLength: 3 },
      ),
    );
    fc.assert(
      fc.property(orders, ([a, b, c]) => {
        expect(Math.sign(compareRuns(a!, b!))).toBe(-Math.sign(compareRuns(b!, a!)) || 0);
        const circle = compareRuns(a!, b!) < 0 && compareRuns(b!, c!) < 0 && compareRuns(a!, c!) >= 0;
        expect(circle).toBe(false);
        expect(compareRuns(a!, b!) !== 0 || isDeepStrictEqual(a, b)).toBe(true);
      }),
    );
  });
});

describe('the identity of a run', () => {
  it('is subject, commit and CI run; the receipt where there is no subject', () => {
    expect(runKey(pr, anOrigin(), 'one')).toBe(runKey(pr, anOrigin({ branch: 'renamed' }), 'other'));
    expect(runKey(pr, anOrigin(), 'one')).not.toBe(runKey(pr, anOrigin({ runId: '101' }), 'one'));
    expect(runKey(pr, anOrigin(), 'one')).not.toBe(runKey(pr, anOrigin({ commitSha: 'c2' }), 'one'));
    expect(runKey(null, anOrigin(), 'one')).not.toBe(runKey(null, anOrigin(), 'other'));
  });
});

describe('a document that enters its run', () => {
  it('is added beside those of other tools and targets', () => {
    const { run, entry } = enter(aRun(), { origin: anOrigin(), document: aDocument({ tool: 'trivy' }) });
    expect([entry, run.documents.map(({ tool }) => tool)]).toEqual(['added', ['cyclonedx', 'trivy']]);
  });

  it('replaces an earlier one of its tool and target, and is outdated by a later one', () => {
    const later = aDocument({ acceptedAt: at(5), documentDigest: digestOf('new') });
    const { run, entry } = enter(aRun(), { origin: anOrigin(), document: later });
    expect([entry, run.documents]).toEqual(['replaced', [later]]);
    const again = enter(run, { origin: anOrigin(), document: aDocument({ acceptedAt: at(3) }) });
    expect([again.entry, again.run.documents]).toEqual(['outdated', [later]]);
  });

  it('says repeated where the bytes are the same', () => {
    expect(enter(aRun(), { origin: anOrigin(), document: aDocument({ acceptedAt: at(5) }) }).entry).toBe('repeated');
  });

  it('does not make the run younger: the first acceptance counts', () => {
    const { run } = enter(aRun(), { origin: anOrigin(), document: aDocument({ tool: 'trivy', acceptedAt: at(9) }) });
    expect(run.acceptedAt).toEqual(at(0));
  });

  it('leaves the same run behind in every order of arrival', () => {
    const document = fc
      .record({
        tool: fc.constantFrom('cyclonedx', 'trivy', 'semgrep'),
        target: fc.constantFrom('', 'api', 'web'),
        acceptedAt: fc.integer({ min: 0, max: 5 }).map(at),
      })
      .map(aDocument);
    const arrival = fc.record({
      document,
      origin: fc.constantFrom(null, '2026-01-01T00:00:00Z').map((runStartedAt) => anOrigin({ runStartedAt })),
    });
    const shuffled = fc
      .array(arrival, { minLength: 1, maxLength: 6 })
      .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        const [a, b] = [one, other].map((all) =>
          all.reduce((run, each) => enter(run, each).run, begin('id', 'key', all[0]!)),
        );
        expect(a).toEqual(b);
      }),
    );
  });
});

describe('findings that changed by themselves', () => {
  const document = aDocument();
  const news = { tool: 'cyclonedx', receiptId: document.receiptId, scanId: newId(), findingsDigest: digestOf('g') };

  it('take the place of the document’s, unless newer ones are known', () => {
    const refreshed = refresh(aRun(document), { ...news, findingsVersion: 3 });
    expect(refreshed?.document).toMatchObject({ findingsDigest: digestOf('g'), findingsVersion: 3 });
    expect(refresh(refreshed!.run, { ...news, findingsVersion: 3 })).toBeNull();
    expect(refresh(refreshed!.run, { ...news, findingsVersion: 2 })).toBeNull();
  });

  it('of a document that was replaced are nobody’s', () => {
    expect(refresh(aRun(), { ...news, findingsVersion: 3 })).toBeNull();
  });
});

describe('components of a run', () => {
  it('are those of the tool that saw most, because tools count the same ones', () => {
    const documents = [
      aDocument({ components: 5 }),
      aDocument({ target: 'b', components: 4 }),
      aDocument({ tool: 't', components: 7 }),
    ];
    expect(componentsOf(documents)).toBe(9);
    expect(componentsOf([])).toBe(0);
  });
});
