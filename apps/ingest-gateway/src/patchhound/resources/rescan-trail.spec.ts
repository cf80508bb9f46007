import { describe, expect, it } from 'vitest';
import type { NativeRescan, NativeRunRescan } from './native-report.js';
import { rescanTrailOf, rescanTrailsOf } from './rescan-trail.js';

const at = '2031-02-04T02:00:07.123Z';
const nothing = { newCount: 0, newExceptedCount: 0, newKevCount: 0 };
const aRescan = (rescanId: string, changes: Partial<NativeRescan> = {}): NativeRescan => ({
  rescanId,
  state: 'done',
  at,
  reason: null,
  ...nothing,
  ...changes,
});
const scan = { repo: 'acme_shop', name: '20310203_101500' };
const trailOf = (changes: Partial<NativeRunRescan>) => rescanTrailOf({ ...aRescan('1'), news: [], ...changes }, scan);

describe('rescans with a trail', () => {
  it('are those that found something or failed, oldest first and named by their moment', () => {
    const later = '2031-02-05T02:00:00.000Z';
    const listed = [
      aRescan('6', { at: null, state: 'waiting' }),
      aRescan('5', { at: later, newExceptedCount: 1 }),
      aRescan('4', { at: later }),
      aRescan('3', { state: 'stopped' }),
      aRescan('2'),
      aRescan('1', { newCount: 1 }),
    ];
    expect(rescanTrailsOf(listed)).toEqual([
      { rescanId: '1', name: '20310204_020007' },
      { rescanId: '3', name: '20310204_020008' },
      { rescanId: '5', name: '20310205_020000' },
    ]);
  });
});

describe('the trail of a rescan', () => {
  it('names what was found, as the daily scan, and the same rescan gives the same bytes', () => {
    const news = [
      { list: 'kev', id: 'CVE-1', excepted: false },
      { list: 'new', id: 'CVE-1', excepted: false },
      { list: 'new', id: 'CVE-2', excepted: true },
    ];
    const daily = {
      repo: 'acme_shop',
      timestamp: '20310203_101500',
      commit_sha: 'Null',
      commit_author: 'Daily Scan',
    };
    const timestamp = '2031-02-04T02:00:07.123000Z';
    const trail = trailOf({ news });
    expect(trail).toEqual([
      { timestamp, action: 'HASH_VERIFY', details: { ...daily, status: 'success' } },
      {
        timestamp,
        action: 'VULNERABILITIES_FOUND',
        details: { ...daily, vulnerabilities: ['CVE-1'], excluded_vulnerabilities: ['CVE-2'] },
      },
      {
        timestamp,
        action: 'KEV_VULNERABILITIES_FOUND',
        details: { ...daily, vulnerabilities: ['CVE-1'], excluded_vulnerabilities: [] },
      },
    ]);
    expect(JSON.stringify(trailOf({ news }))).toBe(JSON.stringify(trail));
  });

  it.each([
    ['missing-document', 'sbom', 'MISSING_FILES'],
    ['damaged-document', 'sbom', 'SYFT_HASH_VERIFY'],
    ['damaged-document', 'trivy', 'TRIVY_HASH_VERIFY'],
    ['damaged-document', 'semgrep', 'HASH_VERIFY'],
    ['missing-attestation', 'sbom', 'SYFT_VERIFY_ATTESTATION'],
    ['wrong-signature', 'trivy', 'TRVIY_VERIFY_ATTESTATION_SIGNATURE'],
  ])('of one that stopped for %s of %s says %s and why', (status, tool, action) => {
    const [entry, ...more] = trailOf({ state: 'stopped', reason: { status, tool, message: 'It differs.' } });
    expect(more).toEqual([]);
    expect(entry).toMatchObject({ action, details: { status: 'fail', reason: 'It differs.', check: status } });
  });
});
