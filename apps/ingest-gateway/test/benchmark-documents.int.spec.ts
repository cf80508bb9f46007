import { gzipSync, zstdCompressSync } from 'node:zlib';
import { benchmarkCompletedV1, benchmarkSubmittedV1, type DataOf, receiptProgressedV1 } from '@assay/contracts';
import { newId } from '@assay/kernel';
import { BusRecorder, eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credentialsOf, enrol, type EnrolledHost } from './agents.js';
import { complianceFixture } from './compliance-fixtures.js';
import { type Answer, type Gateway, Installation, type PublishingService } from './harness.js';

let installation: Installation;
let gateway: Gateway;
let compliance: PublishingService;
let bus: BusRecorder;
let host: EnrolledHost;

const target = 'web-01.demo.example';
/** What matters of a real document, which has six megabytes. */
const results = Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>
<Benchmark xmlns="http://checklists.nist.gov/xccdf/1.2" id="xccdf_demo_benchmark_one">
  <Rule id="xccdf_demo_rule_one" severity="high"><title>One</title></Rule>
  <TestResult id="xccdf_demo_testresult_one" start-time="2026-11-21T21:23:57+00:00" end-time="2026-11-21T21:23:58+00:00">
    <profile idref="xccdf_demo_profile_standard"/>
    <target>${target}</target>
    <rule-result idref="xccdf_demo_rule_one" severity="high"><result>fail</result></rule-result>
    <score system="urn:xccdf:scoring:default" maximum="100">0</score>
  </TestResult>
</Benchmark>`);

beforeAll(async () => {
  installation = await Installation.make();
  compliance = await installation.service('compliance');
  bus = await BusRecorder.start(installation.prefix);
  gateway = await installation.gateway();
  host = await enrol(gateway, { hostname: target });
});

afterAll(async () => {
  await bus.stop();
  await installation.stop();
});

interface Accepted {
  readonly receiptId: string;
  readonly status: string;
  readonly code?: string;
  readonly result?: { readonly scanId?: string; readonly score?: number; readonly scans: object[] } | null;
}

async function send(
  body: Buffer | string,
  query = '',
  headers: Record<string, string> = {},
): Promise<Answer<Accepted>> {
  const type = { 'content-type': 'application/xml' };
  return gateway.send<Accepted>('POST', `/api/v1/ingest/xccdf${query}`, {
    headers: { ...type, ...headers },
    body: body as string,
  });
}

/** The event of a document that is accepted. */
async function accepted(...document: Parameters<typeof send>): Promise<Submitted> {
  const { status, body } = await send(...document);
  if (status !== 202) throw new Error(`${status} ${JSON.stringify(body)}`);
  return eventOf(body.receiptId);
}

type Submitted = DataOf<typeof benchmarkSubmittedV1>;
type Completed = DataOf<typeof benchmarkCompletedV1>;

async function eventOf(receiptId: string): Promise<Submitted> {
  const events = () => bus.ofType(benchmarkSubmittedV1.type).map(({ data }) => data as Submitted);
  return eventually('the event', () => events().find((event) => event.receiptId === receiptId));
}

/** Says what compliance says of a scan that it has recorded. */
async function complete({ receiptId, scanIds }: Submitted, fields: Partial<Completed> = {}): Promise<void> {
  const none = { count: 0, rules: [] };
  const externalIds: Completed['host']['externalIds'] = [];
  await compliance.transactions.run({ tenant: 'default', correlationId: receiptId }, async (tx) => {
    tx.publish(benchmarkCompletedV1, {
      scanId: scanIds[0]!,
      receiptId,
      host: { hostId: host.id, hostname: target, friendlyName: target, externalIds, groups: [] },
      profile: { id: newId(), name: 'xccdf_org.ssgproject.content_profile_standard', type: 'openscap' },
      status: 'completed',
      error: null,
      startedAt: '2026-11-21T21:23:57.000Z',
      completedAt: '2026-11-21T21:23:58.000Z',
      isLatest: true,
      counts: { total: 591, passed: 18, failed: 5, warnings: 0, skipped: 547, notApplicable: 21, errors: 0 },
      score: 78.26,
      effectiveScore: 78.26,
      xccdfScore: 75,
      previousScore: null,
      claimed: null,
      failing: none,
      newlyFailing: none,
      recovered: none,
      ...fields,
    });
  });
}

describe('results of XCCDF', () => {
  it('are accepted as the host’s that the document names, and their scan is shown when it is recorded', async () => {
    const accepted = await send(complianceFixture('oscap/deb12-web-01-standard.xccdf-results.xml.gz'));
    expect(accepted).toMatchObject({ status: 202, body: { status: 'accepted', documents: [{ role: 'benchmark' }] } });
    const { receiptId } = accepted.body;
    const event = await eventOf(receiptId);
    expect(event).toMatchObject({ form: 'xccdf', hostId: host.id, hostname: target });
    expect(event.scanIds).toHaveLength(1);
    await complete(event);
    const shown = await eventually('the receipt is done', async () => {
      const { body } = await gateway.send<Accepted>('GET', `/api/v1/receipts/${receiptId}`);
      return body.status === 'done' && body.result && body;
    });
    expect(shown.result).toMatchObject({ scanId: event.scanIds[0], score: 78.26, xccdfScore: 75, scans: [{}] });
  });

  it('are waited for, and answered with score, counts and the scan’s id', async () => {
    const answer = send(results, '?wait=20');
    const before = bus.ofType(benchmarkSubmittedV1.type).length;
    const event = await eventually('the event', () => bus.ofType(benchmarkSubmittedV1.type)[before]?.data as Submitted);
    await complete(event);
    expect(await answer).toMatchObject({
      status: 200,
      body: {
        status: 'done',
        result: {
          scanId: event.scanIds[0],
          score: 78.26,
          counts: { total: 591, failed: 5 },
          scans: [{ status: 'completed' }],
        },
      },
    });
  });

  it('that were known before are answered, with no scan of their own', async () => {
    const answer = send(results, '?wait=20');
    const before = bus.ofType(benchmarkSubmittedV1.type).length;
    const { receiptId } = await eventually(
      'the event',
      () => bus.ofType(benchmarkSubmittedV1.type)[before]?.data as Submitted,
    );
    await compliance.transactions.run({ tenant: 'default', correlationId: receiptId }, async (tx) => {
      const at = new Date().toISOString();
      tx.publish(receiptProgressedV1, { receiptId, service: 'compliance', stage: 'score', at, durationMs: 1 });
    });
    expect(await answer).toMatchObject({ status: 200, body: { status: 'done', result: { score: 0, scans: [] } } });
  });

  it.each([
    ['gzip', gzipSync(results)],
    ['zstd', zstdCompressSync(results)],
  ])('come packed with %s', async (encoding, body) =>
    expect((await send(body, '', { 'content-encoding': encoding })).status).toBe(202),
  );

  it('come in an asset report collection, and in a form', async () => {
    const arf = await accepted(complianceFixture('oscap/deb12-web-01-standard.arf.xml.gz'));
    expect(arf).toMatchObject({ form: 'arf', hostId: host.id });
    const form = new FormData();
    form.set('file', new Blob([new Uint8Array(results)], { type: 'application/xml' }), 'results.xml');
    form.set('hostname', 'db-07');
    const answer = await gateway.send<Accepted>('POST', '/api/v1/ingest/xccdf', { body: form });
    expect(await eventOf(answer.body.receiptId)).toMatchObject({ form: 'xccdf', hostId: null, hostname: 'db-07' });
  });

  it('are the first’s under the same Idempotency-Key', async () => {
    const key = { 'idempotency-key': newId() };
    const [one, other] = [await send(results, '', key), await send(results, '', key)];
    expect(other.body.receiptId).toBe(one.body.receiptId);
  });

  it('with a document type, broken, or of something else are refused, and nothing is accepted', async () => {
    const before = await count();
    const laughs = '<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><Benchmark>&lol2;</Benchmark>';
    const outside = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>';
    const content = '<Benchmark xmlns="http://checklists.nist.gov/xccdf/1.2"><title>Only content</title></Benchmark>';
    const answers = [
      await send(laughs),
      await send(outside),
      await send('<Benchmark xmlns="http://checklists.nist.gov/xccdf/1.2">&lol;</Benchmark>'),
      await send(results.subarray(0, results.length - 20)),
      await send('<html></html>'),
      await send(content),
      await send(`${'<a>'.repeat(100)}${'</a>'.repeat(100)}`),
      await send(complianceFixture('other/inspec-linux-baseline.json.gz'), '?hostname=x'),
    ];
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [400, 'benchmarks.doctype'],
      [400, 'benchmarks.doctype'],
      [400, 'documents.syntax'],
      [400, 'documents.truncated'],
      [422, 'benchmarks.unknown-form'],
      [422, 'benchmarks.no-scan'],
      [422, 'benchmarks.unknown-form'],
      [422, 'ingest.unknown-document'],
    ]);
    expect(await count()).toBe(before);
  });
});

describe('a report of docker-bench', () => {
  const report = complianceFixture('docker-bench/rookery__real-docker-bench-1.3.4.json');

  it('names no host, so that the caller does', async () => {
    expect(await send(report)).toMatchObject({ status: 422, body: { code: 'benchmarks.no-host' } });
    expect(await accepted(report, `?hostId=${host.id}`)).toMatchObject({ form: 'docker-bench-json', hostId: host.id });
  });

  it('may be what it prints', async () => {
    const text = '\u001b[1;31m[WARN]\u001b[0m 1.1 - Ensure a separate partition\n[PASS] 1.2 - Ensure more\n';
    expect(await accepted(text, '', { 'x-assay-hostname': target })).toMatchObject({
      form: 'docker-bench-text',
      hostId: host.id,
    });
  });
});

describe('the host of a document', () => {
  it('is the credential’s where that speaks for one', async () => {
    const other = await enrol(gateway, { hostname: 'app-01' });
    expect(await accepted(results, '', credentialsOf(other))).toMatchObject({ hostId: other.id, hostname: 'app-01' });
  });

  it('is none that the credential does not speak for', async () => {
    const other = await enrol(gateway, { hostname: 'app-02' });
    const foreign = await send(results, `?hostId=${host.id}`, credentialsOf(other));
    expect(foreign).toMatchObject({ status: 403 });
    const limited = await gateway.key({ scope: { repositories: ['acme/*'] } });
    expect((await send(results, '', { 'x-api-key': limited })).status).toBe(403);
    const viewer = await gateway.key({ role: 'viewer' });
    expect((await send(results, '', { 'x-api-key': viewer })).status).toBe(403);
  });

  it('is an unknown one by its id, and the one of a name in any case', async () => {
    expect(await send(results, `?hostId=${newId()}`)).toMatchObject({
      status: 404,
      body: { code: 'benchmarks.unknown-host' },
    });
    expect(await accepted(results, '?hostname=WEB-01.demo.example')).toMatchObject({ hostId: host.id });
  });

  it('is nobody’s where two have the name', async () => {
    await enrol(gateway, { hostname: 'twin' });
    await enrol(gateway, { hostname: 'twin' });
    expect(await send(results, '?hostname=twin')).toMatchObject({
      status: 409,
      body: { code: 'benchmarks.ambiguous-host' },
    });
  });
});

async function count(): Promise<number> {
  const rows = await installation.rows<{ count: number }>('select count(*)::int as count from receipts');
  return rows[0]!.count;
}
