import type { Origin, Subject } from '@assay/contracts';
import { digestOf, newId } from '@assay/kernel';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Arrival, begin, componentsOf, enter, refresh, type Run, type RunDocument, runKey } from './run.js';

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
    findingsSize: 100,
    findingsContent: digestOf('c'),
    engines: [],
    components: 10,
    findingsVersion: null,
    ...known,
  };
}

const anArrival = (documents: RunDocument[] = [aDocument()], known: Partial<Arrival> = {}): Arrival => ({
  origin: anOrigin(),
  acceptedAt: documents[0]!.acceptedAt,
  documents,
  context: null,
  exclusions: null,
  ...known,
});

const aRun = (...documents: RunDocument[]) => {
  const arrival = anArrival(documents.length === 0 ? [aDocument()] : documents);
  return enter(begin(newId(), 'key', arrival), arrival).run;
};

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
    const { run, entry } = enter(aRun(), anArrival([aDocument({ tool: 'trivy' })]));
    expect([entry, run.documents.map(({ tool }) => tool)]).toEqual(['added', ['cyclonedx', 'trivy']]);
  });

  it('replaces an earlier one of its tool and target, and is outdated by a later one', () => {
    const later = aDocument({ acceptedAt: at(5), documentDigest: digestOf('new') });
    const { run, entry } = enter(aRun(), anArrival([later]));
    expect([entry, run.documents]).toEqual(['replaced', [later]]);
    const again = enter(run, anArrival([aDocument({ acceptedAt: at(3), documentDigest: digestOf('old') })]));
    expect([again.entry, again.run.documents]).toEqual(['outdated', [later]]);
  });

  it('keeps the scan that it knows when the same bytes come again, however often, and knows when they came last', () => {
    const first = aRun();
    const [known] = first.documents;
    const again = enter(first, anArrival([aDocument({ acceptedAt: at(5), scanId: newId(), receiptId: newId() })])).run;
    expect(again.documents).toEqual([{ ...known, acceptedAt: at(5) }]);
    const between = anArrival([aDocument({ acceptedAt: at(3), documentDigest: `sha256:${'b'.repeat(64)}` })]);
    expect(enter(again, between).entry).toBe('outdated');
  });

  it('says repeated where the bytes are the same', () => {
    expect(enter(aRun(), anArrival([aDocument({ acceptedAt: at(5) })])).entry).toBe('repeated');
    expect(enter(aRun(), anArrival([aDocument({ acceptedAt: at(-5) })])).entry).toBe('repeated');
  });

  it('does not make the run younger: the first acceptance counts', () => {
    const { run } = enter(aRun(), anArrival([aDocument({ tool: 'trivy', acceptedAt: at(9) })]));
    expect(run.acceptedAt).toEqual(at(0));
  });

  it('comes with all others of its receipt, and the one that changed most says what the receipt did', () => {
    const [sbom, report] = [aDocument(), aDocument({ tool: 'trivy', documentDigest: digestOf('other') })];
    const both = enter(aRun(sbom), anArrival([sbom, report]));
    expect([both.entry, both.run.documents, both.taken]).toEqual(['added', [sbom, report], [sbom, report]]);
    expect(enter(both.run, anArrival([sbom, report])).entry).toBe('repeated');
  });

  it('brings context and exclusions, of which those accepted last count', () => {
    const said = (scanRoot: string) => ({
      name: null,
      toolVersions: {},
      scanRoot,
      rulesets: {},
      skipped: [],
      failOn: null,
      notify: null,
    });
    const [early, late] = ['early', 'late'].map((text, n) =>
      anArrival([aDocument({ acceptedAt: at(n) })], { context: said(text), exclusions: n === 0 ? [] : null }),
    ) as [Arrival, Arrival];
    for (const [first, second] of [
      [early, late],
      [late, early],
    ] as const) {
      const { run } = enter(enter(begin('id', 'key', first), first).run, second);
      expect(run).toMatchObject({ context: { value: { scanRoot: 'late' } }, exclusions: { value: [] } });
    }
  });

  it('leaves the same run behind in every order of arrival, whichever of equal scans it names', () => {
    const document = fc
      .record({
        tool: fc.constantFrom('cyclonedx', 'trivy', 'semgrep'),
        target: fc.constantFrom('', 'api', 'web'),
        acceptedAt: fc.integer({ min: 0, max: 5 }).map(at),
        documentDigest: fc.constantFrom('one', 'another').map(digestOf),
      })
      .map(aDocument);
    const unnamed = (run: Run) => ({
      ...run,
      documents: run.documents.map(({ scanId: _scan, receiptId: _receipt, ...document }) => document),
    });
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
          all
            .map(({ document, origin: of }) => anArrival([document], { origin: of }))
            .reduce((run, each) => enter(run, each).run, begin('id', 'key', anArrival([all[0]!.document]))),
        );
        expect(unnamed(a!)).toEqual(unnamed(b!));
      }),
    );
  });
});

describe('findings that changed by themselves', () => {
  const document = aDocument();
  const news = {
    tool: 'cyclonedx',
    receiptId: document.receiptId,
    scanId: newId(),
    findingsDigest: digestOf('g'),
    findingsSize: 5,
  };

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
