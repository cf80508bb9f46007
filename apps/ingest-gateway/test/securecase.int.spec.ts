import { gzipSync } from 'node:zlib';
import { documentReceivedV1 } from '@assay/contracts';
import { digestOf } from '@assay/kernel';
import { BusRecorder, eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, Installation, type PublishingService } from './harness.js';

let installation: Installation;
let gateway: Gateway;
let caseEngine: PublishingService;
let bus: BusRecorder;

beforeAll(async () => {
  installation = await Installation.make();
  caseEngine = await installation.service('case-engine');
  bus = await BusRecorder.start(installation.prefix);
  gateway = await installation.gateway();
});

afterAll(async () => {
  await bus.stop();
  await installation.stop();
});

/** Spaced as no serialiser would, to see that the bytes stay as they are. */
const report = '{ "SchemaVersion":2,\n "Results" : [ {"Target":"app","Vulnerabilities":null} ] , "n":1.0 }';
const metadata = {
  provider: 'github',
  org: 'acme',
  repo: 'billing-api',
  branch: 'feature/tax',
  pr_id: 41,
  target_branch: 'main',
  commit_sha: '9f2c5f1',
  run_id: '887766',
  run_url: 'https://ci.example/runs/887766',
};
const image = { name: 'billing-api', tag: 'pr-41', digest: 'sha256:0d3c' };

function envelope(changes: { metadata?: unknown; image?: unknown; report?: string } = {}): string {
  const parts = {
    metadata: JSON.stringify('metadata' in changes ? changes.metadata : metadata),
    image: JSON.stringify('image' in changes ? changes.image : image),
    trivy_report: changes.report ?? report,
  };
  return `{${Object.entries(parts)
    .map(([name, value]) => `"${name}": ${value}`)
    .join(', ')}, "extra": 1}`;
}

const post = (body: NonNullable<RequestInit['body']>, headers: Record<string, string> = {}) =>
  gateway.send('POST', '/api/v1/ingest/trivy', { body, headers });

async function judged(body: string | Buffer, counts: { critical?: number; high?: number }, headers = {}) {
  const before = bus.ofType(documentReceivedV1.type).length;
  const waiting = post(body as NonNullable<RequestInit['body']>, headers);
  const event = await eventually('it is accepted', () => bus.ofType(documentReceivedV1.type)[before]);
  await caseEngine.decide(event.correlationid!, counts);
  return { event, answer: await waiting };
}

describe('a report in its envelope', () => {
  it('is stored byte for byte and answered with its own counts and gate', async () => {
    const { event, answer } = await judged(envelope(), { high: 1 });
    expect(answer).toMatchObject({ status: 200, body: { case_status: 'OPEN', critical: 0, high: 1, gate: true } });
    expect(event.data).toMatchObject({
      kind: 'report',
      tool: 'trivy',
      dialect: 'securecase',
      documents: [
        { role: 'report', digest: digestOf(report), size: Buffer.byteLength(report), mediaType: 'application/json' },
      ],
      subject: { kind: 'pr', provider: 'github', org: 'acme', repo: 'billing-api', prId: '41' },
      origin: { commitSha: '9f2c5f1', runId: '887766', imageDigest: 'sha256:0d3c' },
    });
  });

  it.each([
    [
      { ...metadata, target_branch: 'develop' },
      { high: 1 },
      { case_status: 'OPEN', critical: 0, high: 1, gate: false },
    ],
    [{ ...metadata, pr_id: 0 }, { critical: 2 }, { case_status: 'OPEN', critical: 2, high: 0, gate: false }],
    [
      { ...metadata, pr_id: null, target_branch: null },
      {},
      { case_status: 'RESOLVED', critical: 0, high: 0, gate: false },
    ],
    [{ ...metadata, pr_id: '41' }, {}, { case_status: 'RESOLVED', critical: 0, high: 0, gate: false }],
    [
      { ...metadata, pr_id: 41.0, run_id: 887766, unknown: [] },
      { critical: 1 },
      { case_status: 'OPEN', critical: 1, high: 0, gate: true },
    ],
  ])('follows the rules of SecureCase: %#', async (given, counts, expected) => {
    const { answer } = await judged(envelope({ metadata: given }), counts);
    expect(answer).toMatchObject({ status: 200, body: expected });
  });

  it('may be large', async () => {
    const large = `{"Results":[${Array.from({ length: 8 }, () => `"${'y'.repeat(100_000)}"`).join(',')}]}`;
    const { event, answer } = await judged(envelope({ report: large }), {});
    expect(answer.status).toBe(200);
    expect(event.data).toMatchObject({ documents: [{ digest: digestOf(large) }] });
  });

  it('may be packed', async () => {
    const { answer } = await judged(gzipSync(envelope()), {}, { 'content-encoding': 'gzip' });
    expect(answer.status).toBe(200);
  });

  it.each([
    ['missing', { ...metadata, commit_sha: undefined }, ['body', 'metadata', 'commit_sha']],
    ['string_type', { ...metadata, org: 7 }, ['body', 'metadata', 'org']],
    ['string_type', { ...metadata, branch: null }, ['body', 'metadata', 'branch']],
    ['int_parsing', { ...metadata, pr_id: 'forty' }, ['body', 'metadata', 'pr_id']],
    ['int_from_float', { ...metadata, pr_id: 41.5 }, ['body', 'metadata', 'pr_id']],
    ['less_than_equal', { ...metadata, pr_id: 2 ** 31 }, ['body', 'metadata', 'pr_id']],
    ['string_too_long', { ...metadata, provider: 'x'.repeat(51) }, ['body', 'metadata', 'provider']],
    ['model_attributes_type', [], ['body', 'metadata']],
  ])('with a field that is wrong (%s) is answered as FastAPI does', async (type, given, loc) => {
    const answer = await post(envelope({ metadata: given }));
    expect(answer).toMatchObject({ status: 422, body: { detail: [{ type, loc, msg: expect.any(String) }] } });
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  });

  it('that is none is told so in the same form', async () => {
    expect(await post(envelope({ report: '[]' }))).toMatchObject({
      status: 422,
      body: { detail: [{ type: 'dict_type', loc: ['body', 'trivy_report'] }] },
    });
    expect(await post('{"metadata":')).toMatchObject({ status: 422, body: { detail: [{ type: 'json_invalid' }] } });
    expect(await post('[]')).toMatchObject({ status: 422, body: { detail: [{ loc: ['body'] }] } });
    expect(await post('{}')).toMatchObject({
      status: 422,
      body: { detail: [{ loc: ['body', 'metadata'] }, { loc: ['body', 'image'] }, { loc: ['body', 'trivy_report'] }] },
    });
    expect(await post(Buffer.from('x'), { 'content-encoding': 'gzip' })).toMatchObject({
      status: 400,
      body: { detail: expect.any(String) },
    });
  });

  it('without a key is refused in its words, before the body is looked at', async () => {
    expect(await post('{"metadata":', { 'x-api-key': '' })).toMatchObject({
      status: 401,
      body: { detail: 'Unauthorized' },
    });
  });

  it('of a repository that the key is not for is refused', async () => {
    const key = await gateway.key({ scope: { repositories: ['acme/other'] } });
    expect(await post(envelope(), { 'x-api-key': key })).toMatchObject({
      status: 403,
      body: { detail: expect.any(String) },
    });
  });
});

describe('a report of any scanner, for callers of the generation with several', () => {
  const scan = (changes: Record<string, unknown>): string =>
    JSON.stringify({ scan_provider: 'grype', metadata, image, scan_report: { matches: [] }, ...changes });
  const send = (body: string) => gateway.send('POST', '/api/v1/ingest/scan', { body });

  it.each([
    ['trivy', {}, { case_status: 'RESOLVED', critical: 0, high: 0, max_severity: 'NONE', gate: false }],
    ['grype', { high: 2 }, { case_status: 'OPEN', critical: 0, high: 2, max_severity: 'HIGH', gate: true }],
    ['semgrep', { critical: 1 }, { case_status: 'OPEN', critical: 1, high: 0, max_severity: 'CRITICAL', gate: true }],
  ])('of %s is read by its reader and answered with the worst of it', async (tool, counts, expected) => {
    const before = bus.ofType(documentReceivedV1.type).length;
    const waiting = send(scan({ scan_provider: tool }));
    const event = await eventually('it is accepted', () => bus.ofType(documentReceivedV1.type)[before]);
    await caseEngine.decide(event.correlationid!, counts);
    expect(await waiting).toMatchObject({ status: 200, body: expected });
    expect(event.data).toMatchObject({ tool, dialect: 'securecase', kind: 'report' });
  });

  it('whose scanner nobody reads is refused in its words, and nothing is stored', async () => {
    const before = bus.ofType(documentReceivedV1.type).length;
    expect(await send(scan({ scan_provider: 'nessus' }))).toMatchObject({
      status: 400,
      body: { detail: 'Unsupported scan_provider: nessus' },
    });
    expect(bus.ofType(documentReceivedV1.type)).toHaveLength(before);
  });

  it.each([
    [{ scan_provider: undefined }, ['body', 'scan_provider']],
    [{ scan_provider: 7 }, ['body', 'scan_provider']],
    [{ scan_report: undefined }, ['body', 'scan_report']],
    [{ scan_report: [] }, ['body', 'scan_report']],
    [{ image: undefined }, ['body', 'image']],
  ])('with %j is told what is wrong as FastAPI does', async (changes, loc) => {
    expect(await send(scan(changes))).toMatchObject({ status: 422, body: { detail: [{ loc }] } });
  });
});

describe('a case that is made up, for callers of the first generation', () => {
  it.each([
    [{ case_key: 'k', repo: 'r', branch: 'b' }, ['body', 'commit']],
    [{ case_key: 1, repo: 'r', branch: 'b', commit: 'c' }, ['body', 'case_key']],
    [[], ['body']],
  ])('with %j is told what is wrong as FastAPI does', async (body, loc) => {
    const answer = await gateway.send('POST', '/api/v1/ingest/test', {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
    expect(answer).toMatchObject({ status: 422, body: { detail: [{ loc }] } });
  });

  it('without a key is refused in its words', async () => {
    const answer = await gateway.send('POST', '/api/v1/ingest/test', { body: '{', headers: { 'x-api-key': '' } });
    expect(answer).toMatchObject({ status: 401, body: { detail: 'Unauthorized' } });
  });
});
