import type { Subject } from '@assay/contracts';
import { newId } from '@assay/kernel';
import { describe, expect, it } from 'vitest';
import type { NotableEvent, NotableFinding } from '../alerts/notable-event.js';
import { type AlertRule, channelsOf, defaultRule, type RuleConditions } from './alert-rule.js';
import { match } from './rule-matching.policy.js';

const finding = (changes: Partial<NotableFinding> = {}): NotableFinding => ({
  vulnerabilityId: 'CVE-2024-1',
  group: null,
  kind: 'vulnerability',
  severity: 'high',
  kev: false,
  epss: null,
  component: null,
  fixedVersion: null,
  target: '',
  ...changes,
});

const event = (changes: Partial<NotableEvent> = {}): NotableEvent => ({
  id: newId(),
  sameAs: '1',
  name: 'findings.judged',
  time: '2026-01-01T00:00:00Z',
  lane: 'interactive',
  receiptId: null,
  traceparent: null,
  subject: { kind: 'branch', provider: 'github', org: 'acme', repo: 'payments', branch: 'main' },
  findings: [finding()],
  isNew: true,
  commitSha: null,
  runUrl: null,
  caseId: null,
  runId: null,
  counts: null,
  details: null,
  resolved: 0,
  ...changes,
});

const rule = (where: RuleConditions, changes: Partial<AlertRule> = {}): AlertRule => ({
  id: newId(),
  name: 'rule',
  on: ['findings.judged'],
  where,
  channels: [],
  enabled: true,
  ...changes,
});

const matches = (where: RuleConditions, changes: Partial<NotableEvent> = {}): boolean =>
  match(rule(where), event(changes)) !== null;

describe('how bad a finding must be', () => {
  it.each<[string, RuleConditions, Partial<NotableFinding>, boolean]>([
    ['no measure takes everything', {}, { severity: 'unknown' }, true],
    ['as severe as asked', { severityAtLeast: 'high' }, { severity: 'high' }, true],
    ['more severe than asked', { severityAtLeast: 'high' }, { severity: 'critical' }, true],
    ['less severe than asked', { severityAtLeast: 'high' }, { severity: 'medium' }, false],
    ['unknown is below everything', { severityAtLeast: 'low' }, { severity: 'unknown' }, false],
    ['exploited', { kev: true }, { kev: true, severity: 'low' }, true],
    ['not exploited', { kev: true }, { severity: 'critical' }, false],
    ['kev: false asks nothing', { kev: false }, {}, true],
    ['either of two: severity', { severityAtLeast: 'critical', kev: true }, { severity: 'critical' }, true],
    ['either of two: exploited', { severityAtLeast: 'critical', kev: true }, { kev: true }, true],
    ['neither of two', { severityAtLeast: 'critical', kev: true }, {}, false],
    ['as likely as asked', { epssMin: 0.5 }, { epss: 0.5 }, true],
    ['less likely', { epssMin: 0.5 }, { epss: 0.49 }, false],
    ['likelihood not known', { epssMin: 0 }, { epss: null }, false],
  ])('%s', (_what, where, changes, expected) => {
    expect(matches(where, { findings: [finding(changes)] })).toBe(expected);
  });

  it('gives the matching findings alone', () => {
    const bad = finding({ severity: 'critical' });
    expect(match(rule({ severityAtLeast: 'critical' }), event({ findings: [finding(), bad] }))).toEqual([bad]);
  });
});

describe('where', () => {
  const image: Subject = { kind: 'image', imageName: 'registry.example/acme/api' };
  const host: Subject = { kind: 'host', hostId: 'web-1' };

  it.each<[RuleConditions, Subject | null | undefined, boolean]>([
    [{ repo: 'acme/payments' }, undefined, true],
    [{ repo: 'acme/*' }, undefined, true],
    [{ repo: 'payments' }, undefined, true],
    [{ repo: 'other/*' }, undefined, false],
    [{ repo: 'acme/*' }, image, false],
    [{ repo: 'acme/*' }, null, false],
    [{ image: 'registry.example/**' }, image, true],
    [{ image: 'registry.example/**' }, undefined, false],
    [{ host: 'web-*' }, host, true],
    [{ host: 'db-*' }, host, false],
  ])('%j of %j: %s', (where, subject, expected) => {
    expect(matches(where, subject === undefined ? {} : { subject })).toBe(expected);
  });
});

describe('an event', () => {
  it('that the rule does not name is left alone, and so is every event by a rule that is off', () => {
    expect(match(rule({}), event({ name: 'gate.decided' }))).toBeNull();
    expect(match(rule({}, { enabled: false }), event())).toBeNull();
  });

  it('without findings is not asked how bad they are', () => {
    const where = { severityAtLeast: 'critical' } as const;
    const named = rule(where, { on: ['verification.failed'] });
    expect(match(named, event({ name: 'verification.failed', findings: null, subject: null }))).toEqual([]);
  });

  it('that opened nothing matches nothing', () => {
    expect(matches({}, { findings: [] })).toBe(false);
  });

  it('that brings back old findings is left out where only new ones are wanted', () => {
    expect(matches({ newOnly: true }, { isNew: false })).toBe(false);
    expect(matches({ newOnly: false }, { isNew: false })).toBe(true);
  });
});

describe('the default rule', () => {
  const id = newId();

  it('tells of new critical and of exploited findings, and of nothing else', () => {
    const tells = (changes: Partial<NotableFinding>): boolean =>
      match({ ...defaultRule, id }, event({ findings: [finding(changes)] })) !== null;
    expect([tells({ severity: 'critical' }), tells({ kev: true }), tells({})]).toEqual([true, true, false]);
  });

  it('tells every channel that can be told; a rule with channels tells its own', () => {
    const [one, other] = [newId(), newId()];
    expect(
      channelsOf(
        { ...defaultRule, id },
        new Map([
          [one, 'webhook'],
          [other, 'webhook'],
        ]),
      ),
    ).toEqual([one, other]);
    expect(
      channelsOf(
        { ...defaultRule, id, channels: [other, newId()] },
        new Map([
          [one, 'webhook'],
          [other, 'webhook'],
        ]),
      ),
    ).toEqual([other]);
  });
});
