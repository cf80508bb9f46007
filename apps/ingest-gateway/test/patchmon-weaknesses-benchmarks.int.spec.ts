import { benchmarkSubmittedV1 } from '@assay/contracts';
import { BusRecorder, eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credentialsOf, enrol, type EnrolledHost } from './agents.js';
import { complianceFixture } from './compliance-fixtures.js';
import { type Answer, type Gateway, Installation } from './harness.js';

let installation: Installation;
let gateway: Gateway;
let bus: BusRecorder;
let host: EnrolledHost;

beforeAll(async () => {
  installation = await Installation.make();
  bus = await BusRecorder.start(installation.prefix);
  gateway = await installation.gateway();
  host = await enrol(gateway, { hostname: 'web-01' });
});

afterAll(async () => {
  await bus.stop();
  await installation.stop();
});

async function submit(body: unknown, from: EnrolledHost = host): Promise<Answer<Record<string, unknown>>> {
  const bytes = Buffer.isBuffer(body) ? (body as unknown as string) : JSON.stringify(body);
  return gateway.send('POST', '/api/v1/compliance/scans', { headers: credentialsOf(from), body: bytes });
}

const results = [
  { rule_ref: 'a', status: 'pass' },
  { rule_ref: 'b', status: 'fail' },
];

/** Each is a line of `wire/patchmon.md` §9. */
describe('weaknesses of PatchMon that Assay does not have', () => {
  it('counts and score are taken from the agent unchecked: totals need not match the results', async () => {
    const claims = { total_rules: 100, passed: 100, failed: 0, score: 100 };
    const { body } = await submit({ scans: [{ profile_name: 'p', ...claims, results }] });
    expect(body).toMatchObject({ score: 50, stats: { total_rules: 2, passed: 1, failed: 1 } });
  });

  it('v2 does not check status, severity or type values: arbitrary words enter the database', async () => {
    const words = { profile_type: '<script>', results: [{ rule_ref: 'a', status: 'owned', severity: 'total' }] };
    const { status, body } = await submit({ scans: [{ profile_name: 'p', ...words }] });
    expect({ status, body }).toMatchObject({ status: 200, body: { score: 0, stats: { passed: 0, failed: 0 } } });
  });

  it('a null score counts as 0, and so does a failed zero-rule scan', async () => {
    const nothing = { profile_name: 'p', score: 0, results: [{ rule_ref: 'a', status: 'notapplicable' }] };
    expect((await submit({ scans: [nothing] })).body).toMatchObject({ score: null });
    expect((await submit(complianceFixture('patchmon/agent-cancelled.json'))).body).toMatchObject({ score: null });
  });

  it('hash mismatch is a hard 400: invalid UTF-8 in scanner output blocks a host for ever', async () => {
    expect((await submit(complianceFixture('patchmon/agent-scheduled-not-utf8.json.gz'))).status).toBe(200);
    const wrong = { scans: [{ profile_name: 'p', results }], compliance_hash: '0'.repeat(64) };
    expect((await submit(wrong)).status).toBe(200);
  });

  it('no ingestion queue: submissions are processed inside the request', async () => {
    // There is no compliance here at all: what it has to do waits for it, the host and its answer do not.
    const { status, body } = await submit({ scans: [{ profile_name: 'queued', results }] });
    expect(status).toBe(200);
    const event = await eventually('it waits', () =>
      bus.ofType(benchmarkSubmittedV1.type).find(({ data }) => JSON.stringify(data).includes(String(body['scan_id']))),
    );
    expect(event.data).toMatchObject({ hostId: host.id });
  });

  it('rate limit keyed on a header that is not yet verified: rotated freely, or a victim’s budget exhausted', async () => {
    const victim = await enrol(gateway, { hostname: 'victim' });
    const forged = { ...victim, apiKey: '0'.repeat(64) };
    for (let attempt = 0; attempt < 12; attempt++) expect((await submit({ scans: [] }, forged)).status).toBe(401);
    const first = await submit({ scans: [] }, victim);
    expect([first.status, first.headers.get('ratelimit-remaining')]).toEqual([200, '9']);
    for (let sent = 1; sent < 10; sent++) await submit({ scans: [] }, victim);
    // Another name for the same credential is no credential.
    expect((await submit({ scans: [] }, { ...victim, apiId: 'patchmon_0000000000000000' })).status).toBe(401);
    expect((await submit({ scans: [] }, victim)).status).toBe(429);
  });
});
