import type { DataOf, JudgedFinding, runRescannedV1 } from '@assay/contracts';
import { newId } from '@assay/kernel';
import { describe, expect, it } from 'vitest';
import { defaultThresholds, type RescanThreshold, toldBy } from './rescan-threshold.js';

type Rescan = DataOf<typeof runRescannedV1>;

const finding = (kev: boolean): JudgedFinding => ({
  key: newId(),
  kind: 'vulnerability',
  group: newId(),
  vulnerabilityId: 'CVE-2021-44906',
  severity: 'high',
  kev,
  epss: null,
  component: null,
  fixedVersion: null,
  target: '',
});

const rescan = (changes: Partial<Rescan> = {}): Rescan => ({
  runId: newId(),
  caseId: null,
  subject: null,
  commitSha: null,
  rescannedAt: '2026-01-15T02:00:00.000Z',
  new: [],
  newCount: 0,
  newExceptedCount: 0,
  newKev: [],
  newKevExceptedCount: 0,
  presentCount: 0,
  presentKevCount: 0,
  exceptedCount: 0,
  ...changes,
});

const told = (changes: Partial<Rescan>, vulnerabilities: RescanThreshold, kev: RescanThreshold): string[] =>
  toldBy(rescan(changes), { vulnerabilities, kev }).map(({ about, count }) => `${about} ${count}`);

describe('a rescan', () => {
  const [notExcluded, allNew, all] = [
    'all_not_excluded_vulnerabilities',
    'all_new_vulnerabilities',
    'all_vulnerabilities',
  ] as const;

  it.each<[string, Partial<Rescan>, RescanThreshold, RescanThreshold, string[]]>([
    ['nothing at all', {}, all, all, []],
    ['new', { new: [finding(false)], newCount: 1 }, notExcluded, notExcluded, ['vulnerabilities 1']],
    ['new but excluded', { newExceptedCount: 2 }, notExcluded, notExcluded, []],
    ['new but excluded, asked for', { newExceptedCount: 2 }, allNew, notExcluded, ['vulnerabilities 2']],
    ['only old', { presentCount: 3, presentKevCount: 1, exceptedCount: 1 }, allNew, allNew, []],
    ['only old, asked for', { presentCount: 3, exceptedCount: 1 }, all, notExcluded, ['vulnerabilities 4']],
    ['the two settings are independent', { presentCount: 3, presentKevCount: 1 }, notExcluded, all, ['kev 1']],
    [
      'both',
      { new: [finding(true)], newCount: 1, newKev: [finding(true)] },
      notExcluded,
      notExcluded,
      ['vulnerabilities 1', 'kev 1'],
    ],
  ])('tells by its thresholds: %s', (_what, changes, vulnerabilities, kev, expected) => {
    expect(told(changes, vulnerabilities, kev)).toEqual(expected);
  });

  it('alerts by default on what is new and not excluded', () => {
    expect(defaultThresholds).toEqual({ vulnerabilities: notExcluded, kev: notExcluded });
  });
});
