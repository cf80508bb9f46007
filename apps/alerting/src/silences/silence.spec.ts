import { newId } from '@assay/kernel';
import { describe, expect, it } from 'vitest';
import type { NotableEvent, NotableFinding } from '../alerts/notable-event.js';
import { hush, type Silence, type SilenceScope } from './silence.policy.js';

const now = new Date('2026-01-01T12:00:00Z');
const ruleId = newId();
const finding = (vulnerabilityId: string): NotableFinding => ({
  vulnerabilityId,
  group: null,
  kind: 'vulnerability',
  severity: 'critical',
  kev: false,
  epss: null,
  component: null,
  fixedVersion: null,
  target: '',
});
const [one, other] = [finding('CVE-1'), finding('CVE-2')];
const event: NotableEvent = {
  id: newId(),
  sameAs: 'event',
  name: 'findings.judged',
  time: now.toISOString(),
  lane: 'interactive',
  receiptId: null,
  traceparent: null,
  subject: { kind: 'image', imageName: 'acme/api' },
  findings: [one, other],
  isNew: true,
  commitSha: null,
  runUrl: null,
  caseId: null,
  runId: null,
  counts: null,
  details: null,
  resolved: 0,
};

const silence = (scope: SilenceScope, fromHours = -1, untilHours = 1): Silence => ({
  id: newId(),
  name: 'silence',
  scope,
  startsAt: new Date(now.getTime() + fromHours * 3_600_000),
  endsAt: new Date(now.getTime() + untilHours * 3_600_000),
});
const left = (...silences: Silence[]): readonly string[] | 'silenced' => {
  const { silencedBy, findings } = hush(silences, event, ruleId, [one, other], now);
  return silencedBy === null ? findings.map(({ vulnerabilityId }) => vulnerabilityId) : 'silenced';
};

describe('a silence', () => {
  it.each<[string, Silence, readonly string[] | 'silenced']>([
    ['without conditions covers everything', silence({}), 'silenced'],
    ['of this rule', silence({ rule: ruleId }), 'silenced'],
    ['of another rule', silence({ rule: newId() }), ['CVE-1', 'CVE-2']],
    ['of this place', silence({ image: 'acme/*' }), 'silenced'],
    ['of another place', silence({ repo: 'acme/*' }), ['CVE-1', 'CVE-2']],
    ['of one vulnerability leaves the other', silence({ vulnerability: 'CVE-1' }), ['CVE-2']],
    ['that has not begun', silence({}, 1, 2), ['CVE-1', 'CVE-2']],
    ['that ends now is over', silence({}, -1, 0), ['CVE-1', 'CVE-2']],
    ['that begins now has begun', silence({}, 0, 1), 'silenced'],
  ])('%s', (_what, given, expected) => expect(left(given)).toEqual(expected));

  it('and another can cover together what neither covers alone', () => {
    expect(left(silence({ vulnerability: 'CVE-1' }), silence({ vulnerability: 'CVE-2' }))).toBe('silenced');
  });

  it('of one vulnerability does not cover an event that speaks of none', () => {
    const plain = { ...event, findings: null };
    expect(hush([silence({ vulnerability: 'CVE-1' })], plain, ruleId, [], now).silencedBy).toBeNull();
    const all = silence({});
    expect(hush([all], plain, ruleId, [], now).silencedBy).toBe(all.id);
  });
});
