import type { Subject } from '@assay/contracts';
import { noCounts } from '@assay/kernel';
import { describe, expect, it } from 'vitest';
import { baselineOf } from './baseline.js';
import { type Case, caseKey, close, evolve, isClosedForGood, maxSeverity, nextMoment, statusOf } from './case.js';

const today = new Date('2026-01-01T00:00:00Z');
const subject: Subject = { kind: 'pr', provider: 'github', org: 'acme', repo: 'web', prId: '41' };
const counts = (known: object = {}) => ({ ...noCounts(), kev: 0, excluded: 0, ...known });

const aCase = (known: Partial<Case> = {}): Case => ({
  id: 7,
  subject,
  status: 'RESOLVED',
  version: 0,
  counts: counts(),
  signalGroups: 0,
  newestRun: null,
  imageName: null,
  commitSha: null,
  runUrl: null,
  baseline: { runId: null, branch: null },
  closedAs: null,
  leaders: [],
  findingsPrint: null,
  judgedAt: new Date(0),
  ...known,
});

const origin = {
  provider: 'github',
  org: 'acme',
  repo: 'web',
  branch: 'f',
  prId: '41',
  targetBranch: 'main',
  commitSha: 'c1',
  baseSha: null,
  commitAuthor: null,
  runId: '1',
  runUrl: 'https://ci',
  runStartedAt: null,
  imageName: 'acme/web',
  imageTag: null,
  imageDigest: null,
};

describe('a case', () => {
  it('is open while something critical or high counts, and free to open again', () => {
    expect(statusOf(counts({ high: 1 }))).toBe('OPEN');
    expect(statusOf(counts({ medium: 9, excluded: 2 }))).toBe('RESOLVED');
  });

  it('stands by its newest run and has a version more', () => {
    const judgement = { counts: counts({ critical: 1 }), findingsChanged: true };
    expect(evolve(aCase(), judgement, { id: 'run', origin }, today)).toMatchObject({
      status: 'OPEN',
      version: 1,
      newestRun: 'run',
      imageName: 'acme/web',
      commitSha: 'c1',
      judgedAt: today,
    });
  });

  it('keeps its version when nothing is different, whichever run says so', () => {
    const before = aCase({ version: 3, newestRun: 'run' });
    const same = { counts: counts(), findingsChanged: false };
    expect(evolve(before, same, { id: 'run', origin }, today).version).toBe(3);
    expect(evolve(before, same, { id: 'other', origin }, today)).toMatchObject({ version: 3, newestRun: 'other' });
    expect(evolve(before, { ...same, findingsChanged: true }, null, today)).toMatchObject({
      version: 4,
      newestRun: 'run',
    });
  });

  it('counts nothing once its change has ended, and takes no run until it is open again', () => {
    const closed = close(aCase({ status: 'OPEN', version: 4, counts: counts({ high: 2 }) }), 'merged', today);
    expect(closed).toMatchObject({ status: 'RESOLVED', version: 5, counts: { high: 0 }, closedAs: 'merged' });
    expect([closed, close(aCase(), 'stale', today), aCase()].map(isClosedForGood)).toEqual([true, false, false]);
  });

  it('that was forgotten is open again with its next run, even where nothing else is different', () => {
    const forgotten = aCase({ version: 3, newestRun: 'run', closedAs: 'stale' });
    const judgement = { counts: counts(), findingsChanged: false };
    expect(evolve(forgotten, judgement, { id: 'run', origin }, today)).toMatchObject({ version: 4, closedAs: null });
    expect(evolve(forgotten, judgement, null, today)).toMatchObject({ version: 3, closedAs: 'stale' });
  });

  it('is judged at moments that follow each other, whatever the clocks say', () => {
    expect(nextMoment(today, new Date(today.getTime() + 5)).getTime()).toBe(today.getTime() + 5);
    expect(nextMoment(today, new Date(today.getTime() - 5)).getTime()).toBe(today.getTime() + 1);
  });

  it('is shown as SecureCase shows it', () => {
    expect(caseKey(subject)).toBe('github::acme::web::PR::41');
    expect(caseKey({ kind: 'branch', provider: 'gitlab', org: 'a/b', repo: 'web', branch: 'main' })).toBe(
      'gitlab::a/b::web::BR::main',
    );
    expect(caseKey({ kind: 'image', imageName: 'acme/web' })).toBe('image::acme/web');
    expect(caseKey({ kind: 'host', hostId: 'h' })).toBe('host::h');
    expect([counts({ critical: 1 }), counts({ high: 1 }), counts()].map(maxSeverity)).toEqual([
      'CRITICAL',
      'HIGH',
      'LOW',
    ]);
  });
});

describe('the baseline of a pull request', () => {
  const runs = { named: null, pinned: 'pinned', newest: 'newest' };
  const pinned = aCase({ baseline: { runId: 'pinned', branch: 'main' } });

  it('is the branch’s newest run when the first run comes, and stays that', () => {
    expect(baselineOf(origin, aCase(), { ...runs, pinned: null })).toBe('newest');
    expect(baselineOf(origin, pinned, runs)).toBe('pinned');
  });

  it('moves when the caller names a commit that is known, and when the target is another branch', () => {
    expect(baselineOf(origin, pinned, { ...runs, named: 'named' })).toBe('named');
    expect(baselineOf({ targetBranch: 'release/1' }, pinned, runs)).toBe('newest');
  });

  it('is nothing for whatever is no pull request', () => {
    expect(baselineOf({ targetBranch: null }, aCase(), runs)).toBeNull();
    expect(baselineOf(origin, aCase({ subject: { kind: 'image', imageName: 'a' } }), runs)).toBeNull();
    expect(baselineOf(origin, null, runs)).toBeNull();
  });
});
