import { noCounts, type Severity } from '@assay/kernel';
import { describe, expect, it } from 'vitest';
import type { SeverityReport } from '../messages/severity-report.js';
import { kindOf } from './caller-address.service.js';
import { reaches, thresholdOf } from './fail-on.js';

const reportWith = (severity: Severity): SeverityReport => ({
  repo: 'acme/payments',
  sbom: { ...noCounts(), [severity]: 1 },
  trivy: { ...noCounts(), misconfigurations: 5, secrets: 5 },
  issues: 5,
});

describe('alert level compares exact equality, and numeric thresholds never map', () => {
  it.each([
    ['critical', 'critical'],
    ['High', 'high'],
    [' MEDIUM ', 'medium'],
    ['9', 'critical'],
    ['9.0', 'critical'],
    ['10', 'critical'],
    ['8.9', 'high'],
    ['7', 'high'],
    ['4.0', 'medium'],
    ['0.1', 'low'],
    ['0', 'unknown'],
    ['', 'critical'],
    [null, 'critical'],
    ['-1', 'critical'],
    ['nonsense', 'critical'],
    ['1e9', 'critical'],
  ])('does not happen: %j is %s', (said, expected) => expect(thresholdOf(said)).toBe(expected));

  it('does not happen: a worse finding reaches the level too', () => {
    expect(reaches(reportWith('critical'), 'high')).toBe(true);
    expect(reaches(reportWith('high'), 'high')).toBe(true);
    expect(reaches(reportWith('medium'), 'high')).toBe(false);
  });

  it('counts vulnerabilities alone, of both matchers', () => {
    expect(reaches({ ...reportWith('low'), sbom: noCounts() }, 'unknown')).toBe(false);
    const { trivy } = reportWith('low');
    expect(reaches({ ...reportWith('low'), trivy: { ...trivy, critical: 1 } }, 'critical')).toBe(true);
  });
});

describe('the kind of an address', () => {
  it.each([
    ['https://discord.com/api/webhooks/1/x', 'discord'],
    ['https://relay.example/slack-to-discord', 'discord'],
    ['https://hooks.slack.com/services/x', 'slack'],
    ['https://example.com/hook', 'unsendable'],
    ['', 'unsendable'],
  ])('%s is %s', (url, kind) => expect(kindOf(url)).toBe(kind));
});
