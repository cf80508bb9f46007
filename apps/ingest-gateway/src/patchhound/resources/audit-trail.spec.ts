import { expect, it } from 'vitest';
import { auditTrailOf, type TrailContext } from './audit-trail.js';

const context: TrailContext = {
  organization: 'acme',
  repo: 'acme_shop',
  name: '20310203_101500',
  commitSha: null,
  commitAuthor: 'Ann <ann@acme.example>',
  skipped: ['trivy'],
  documents: { sbom: 'sha256:1', trivy: 'sha256:2' },
  prioVulns: null,
  verified: new Map([['sha256:2', false]]),
};
const at = '2031-02-03T10:15:00.123Z';
const actions = (what: string, details: Record<string, unknown> = {}) =>
  auditTrailOf({ entries: [{ at, what, details }] }, context).map(({ action }) => action);

it('a trail has the words of PatchHound, in the order of what was recorded, with microseconds', () => {
  const trail = auditTrailOf(
    {
      entries: [
        { at, what: 'accepted', details: {} },
        { at, what: 'judged', details: { counts: { high: 1 } } },
      ],
    },
    context,
  );
  expect(trail.slice(0, 2)).toEqual([
    {
      timestamp: '2031-02-03T10:15:00.123000Z',
      action: 'TOKEN_VALIDATION',
      details: { status: 'success', organization: 'acme' },
    },
    {
      timestamp: '2031-02-03T10:15:00.123000Z',
      action: 'SCAN_START',
      details: {
        timestamp_id: '20310203_101500',
        repo: 'acme_shop',
        commit_sha: 'Null',
        commit_author: 'Ann <ann@acme.example>',
      },
    },
  ]);
  expect(trail).toContainEqual(expect.objectContaining({ action: 'TRIVY_SCAN', details: { status: 'skipped' } }));
  expect(trail).toContainEqual(
    expect.objectContaining({ action: 'VULN_COUNT', details: { vulnerabilities_count: { high: 1 } } }),
  );
});

it.each<[string, Record<string, unknown>, string[]]>([
  ['scanned', { tool: 'sbom' }, ['GRYPE_SCAN']],
  [
    'attested',
    { documentDigest: 'sha256:1' },
    ['SBOM_ATTESTATION', 'SIGNING_ATTESTATION', 'VERIFY_SIGNATURE_ATTESTATION'],
  ],
  ['attested', { documentDigest: 'sha256:3' }, []],
  ['alerted', {}, ['ALERT_SYSTEM']],
  ['closed', {}, ['CLOSED']],
])('%s %o is %o', (what, details, expected) => expect(actions(what, details)).toEqual(expected));

it('a signature that was not verified is told as a failure', () => {
  const entries = [{ at, what: 'attested', details: { documentDigest: 'sha256:2' } }];
  expect(auditTrailOf({ entries }, context).at(-1)).toMatchObject({ details: { status: 'fail', document: 'trivy' } });
});

it('the catalogue of what is exploited is named where it hit something', () => {
  const kev = { cveID: 'CVE-2031-1' };
  const prioritized_vulns = { matched_grype_vulnerabilities: [kev], matched_trivy_vulnerabilities: [] };
  const prioVulns = { version: '2031.02.03', release_date: '2031-02-03T10:00:00.000Z', prioritized_vulns };
  const entries = [{ at, what: 'scanned', details: { tool: 'sbom' } }];
  expect(auditTrailOf({ entries }, { ...context, prioVulns }).at(-1)).toMatchObject({
    action: 'KEV_CATALOG',
    details: { kev_version: '2031.02.03', matched_grype_vulnerabilities: ['CVE-2031-1'] },
  });
});
