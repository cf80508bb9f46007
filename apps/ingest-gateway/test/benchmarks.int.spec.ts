import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { benchmarkSubmittedV1, type DataOf } from '@assay/contracts';
import { isUuid } from '@assay/kernel';
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
  gateway = await installation.gateway({ PATCHMON_SUBMISSIONS_PER_MINUTE: '1000' });
  host = await enrol(gateway, { hostname: 'web-01', openscap: true, dockerBench: false });
});

afterAll(async () => {
  await bus.stop();
  await installation.stop();
});

interface Submitted {
  readonly scans_received: number;
  readonly scans: { readonly scan_id: string; readonly score: number | null }[];
  readonly error?: string;
}

async function submit(
  body: object | string | Buffer,
  headers: Record<string, string> = {},
  from: Gateway = gateway,
): Promise<Answer<Submitted>> {
  const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return from.send<Submitted>('POST', '/api/v1/compliance/scans', {
    headers: { ...credentialsOf(host), ...headers },
    body: bytes as string,
  });
}

type SubmittedEvent = DataOf<typeof benchmarkSubmittedV1>;

function events(): SubmittedEvent[] {
  return bus.ofType(benchmarkSubmittedV1.type).map(({ data }) => data as SubmittedEvent);
}

async function eventWith(scanId: string): Promise<SubmittedEvent> {
  return eventually('the event', () => events().find(({ scanIds }) => scanIds.includes(scanId)));
}

/** A scan that began at its own moment, so that it is none that was sent before. */
let starts = 0;
function aScan(fields: object = {}): Record<string, unknown> {
  starts += 1;
  return {
    profile_name: 'level1_server',
    profile_type: 'openscap',
    status: 'completed',
    started_at: new Date(Date.UTC(2026, 10, 22, 1, 0, starts)).toISOString(),
    results: [
      { rule_ref: 'one', status: 'pass' },
      { rule_ref: 'two', status: 'fail', severity: 'high' },
      { rule_ref: 'three', status: 'notselected' },
    ],
    ...fields,
  };
}

describe('what an agent of PatchMon submits', () => {
  it('is durable, counted and told of before the answer, with nobody there to record it', async () => {
    const body = complianceFixture('patchmon/agent-on-demand.json.gz');
    const { status, body: answer } = await submit(body);
    const stats = { total_rules: 591, passed: 62, failed: 39, warnings: 0, skipped: 276, not_applicable: 214 };
    const { scan_id: scanId } = answer.scans[0]!;
    const name = 'xccdf_org.ssgproject.content_profile_anssi_bp28_enhanced';
    expect({ status, answer }).toEqual({
      status: 200,
      answer: {
        message: 'Scan results saved successfully',
        scans_received: 1,
        scans: [{ scan_id: scanId, profile_name: name, score: 61.39, stats, results_stored: 591 }],
        scan_id: scanId,
        score: 61.39,
        stats,
      },
    });
    expect(isUuid(scanId)).toBe(true);
    const event = await eventWith(scanId);
    expect(event).toMatchObject({
      form: 'patchmon',
      hostId: host.id,
      hostname: 'deb12-web-01',
      scanIds: [scanId],
      document: { role: 'benchmark', size: body.length, mediaType: 'application/json' },
    });
    const shown = await gateway.send('GET', `/api/v1/receipts/${event.receiptId}`);
    expect(shown.body).toMatchObject({
      kind: 'benchmark',
      status: 'accepted',
      subject: { kind: 'host', hostId: host.id },
      result: null,
    });
  });

  it('is kept as it was sent where it is no UTF-8', async () => {
    const body = Buffer.concat([
      Buffer.from(
        '{"scans":[{"profile_name":"p","started_at":"2026-11-22T02:00:00Z","results":[{"rule_ref":"r","status":"fail","finding":"caf',
      ),
      Buffer.from([0xe9, 0xff]),
      Buffer.from(' x"}]}]}'),
    ]);
    const { status, body: answer } = await submit(body);
    expect({ status, received: answer.scans_received }).toEqual({ status: 200, received: 1 });
    const { document } = await eventWith(answer.scans[0]!.scan_id);
    expect(await keptBytes(document.digest)).toEqual(body);
  });

  it('has the same scan ids when its agent sends it again after a time-out, at once or later, and is told of once', async () => {
    const body = JSON.stringify({ scans: [aScan(), aScan({ profile_name: 'level2_server' })] });
    const answers = await Promise.all([submit(body), submit(body)]);
    answers.push(await submit(body));
    const ids = answers.map(({ status, body: { scans } }) => ({ status, ids: scans.map(({ scan_id: id }) => id) }));
    expect(ids).toEqual([ids[0], ids[0], ids[0]]);
    expect(ids[0]).toMatchObject({ status: 200, ids: [expect.any(String), expect.any(String)] });
    const event = await eventWith(ids[0]!.ids[0]!);
    expect(event.scanIds).toEqual(ids[0]!.ids);
    expect(events().filter(({ scanIds }) => scanIds.includes(ids[0]!.ids[0]!))).toHaveLength(1);
  });

  it('that does not say when it began is a scan of its own each time', async () => {
    const body = JSON.stringify({ scans: [aScan({ started_at: undefined })] });
    const [one, other] = [await submit(body), await submit(body)];
    expect(one.body.scans[0]!.scan_id).not.toBe(other.body.scans[0]!.scan_id);
  });

  it.each([
    ['the flat form', () => aScan()],
    [
      'the planned form',
      () => ({
        profile: { name: 'CIS', type: 'openscap', version: '1' },
        summary: { total_rules: 3, passed: 1, failed: 1, skipped: 1 },
        status: 'completed',
        started_at: new Date(Date.UTC(2026, 10, 22, 3, 0, ++starts)).toISOString(),
        results: [
          { rule_id: 'a', status: 'passed' },
          { id: 'b', status: 'FAILED ' },
          { rule_ref: 'c', status: 'na' },
        ],
        raw_output: 'x',
      }),
    ],
  ])('comes in %s too', async (_, payload) => {
    const { status, body } = await submit(payload());
    expect({ status, body }).toMatchObject({ status: 200, body: { scans_received: 1, score: 50 } });
  });

  it('is answered without scans whose scanner is switched off for the host', async () => {
    const docker = aScan({ profile_type: 'docker-bench', profile_name: 'Docker Bench for Security' });
    const both = await submit({ scans: [docker, aScan()] });
    expect(both.body).toMatchObject({ scans_received: 1, scans: [{ profile_name: 'level1_server' }] });
    const event = await eventWith(both.body.scans[0]!.scan_id);
    expect(event.scanIds).toEqual([null, both.body.scans[0]!.scan_id]);
    expect((await submit({ scans: [docker] })).body).toMatchObject({ scans_received: 0, scans: [] });
  });

  it('is 0 % of nothing: no score where nothing was evaluated, and none of a failed scan', async () => {
    const skipped = aScan({ score: 0, results: [{ rule_ref: 'a', status: 'skip' }] });
    expect((await submit({ scans: [skipped] })).body).toMatchObject({ score: null });
    const failed = await submit(complianceFixture('patchmon/agent-failed.json'));
    expect(failed).toMatchObject({ status: 200, body: { scans_received: 1, score: null } });
  });

  it('is accepted whatever its hash says', async () => {
    const wrong = { scans: [aScan()], compliance_hash: 'f'.repeat(64) };
    expect((await submit(wrong)).status).toBe(200);
    expect((await submit(complianceFixture('patchmon/agent-scheduled-not-utf8.json.gz'))).status).toBe(200);
  });

  it.each([
    ['{"scans":', 400, 'Invalid JSON body'],
    ['', 400, 'Invalid JSON body'],
    ['[]', 400, "Invalid payload: expected 'scans' array or 'profile_name'"],
    ['{"hostname":"x"}', 400, "Invalid payload: expected 'scans' array or 'profile_name'"],
    ['{"scans":{}}', 400, "Invalid payload: expected 'scans' array or 'profile_name'"],
  ])('is refused as PatchMon does it: %j', async (body, status, error) =>
    expect(await submit(body)).toMatchObject({ status, body: { error } }),
  );

  it('is refused above the limit, and taken below it', async () => {
    const padded = (bytes: number) => JSON.stringify({ scans: [aScan()], padding: 'x'.repeat(bytes) });
    const over = await submit(padded(5 * 1024 * 1024));
    expect(over).toMatchObject({ status: 413, body: { error: expect.any(String) as string } });
    expect((await submit(padded(4 * 1024 * 1024))).status).toBe(200);
  });

  it('needs the credentials of a host', async () => {
    const refused = async (headers: Record<string, string>) => {
      const response = await fetch(`${gateway.url}/api/v1/compliance/scans`, { method: 'POST', headers, body: '{' });
      return { status: response.status, body: await response.json() };
    };
    expect(await refused({})).toEqual({ status: 401, body: { error: 'API credentials required' } });
    const wrong = { 'x-api-id': host.apiId, 'x-api-key': '0'.repeat(64) };
    expect(await refused(wrong)).toEqual({ status: 401, body: { error: 'Invalid API credentials' } });
    expect((await refused({ 'x-api-key': gateway.adminKey })).status).toBe(403);
  });
});

it('a host may submit ten times in a minute, and its minute is nobody else’s', async () => {
  const strict = await installation.gateway();
  const other = await enrol(strict, { hostname: 'web-02' });
  const empty = { scans: [] };
  const first = await submit(empty, {}, strict);
  expect([...first.headers].filter(([name]) => name.startsWith('ratelimit'))).toEqual([
    ['ratelimit-limit', '10'],
    ['ratelimit-policy', '10;w=60'],
    ['ratelimit-remaining', '9'],
    ['ratelimit-reset', '60'],
  ]);
  for (let sent = 1; sent < 10; sent++) expect((await submit(empty, {}, strict)).status).toBe(200);
  const eleventh = await submit(empty, {}, strict);
  expect(eleventh).toMatchObject({
    status: 429,
    body: { error: 'Too many scan submissions, please try again later' },
  });
  expect(eleventh.headers.get('retry-after')).toMatch(/^\d+$/);
  expect((await submit(empty, credentialsOf(other), strict)).status).toBe(200);
  await strict.stop();
});

/** What the folder of artifacts holds under this digest. */
async function keptBytes(digest: string): Promise<Buffer> {
  const hex = digest.replace('sha256:', '');
  const files = await readdir(installation.dataDir, { recursive: true });
  return readFile(
    join(
      installation.dataDir,
      files.find((file) => file.endsWith(hex) || file.endsWith(hex.slice(2)))!,
    ),
  );
}
