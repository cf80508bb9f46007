import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { documentReceivedV1 } from '@assay/contracts';
import { digestOf } from '@assay/kernel';
import { BusRecorder, eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anSbom, type Gateway, Installation, type PublishingService } from './harness.js';

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

interface Accepted {
  receiptId: string;
  documents: { role: string; digest: string; size: number }[];
  status: string;
  links: { receipt: string };
  result?: object;
}

interface Timeline {
  status: string;
  stages: { stage: string; error: { code: string } | null }[];
  result: object | null;
}

const timelineOf = async (id: string): Promise<Timeline> =>
  (await gateway.send<Timeline>('GET', `/api/v1/receipts/${id}`)).body;

async function receivedEventOf(receiptId: string) {
  return eventually('the event is on the bus', () =>
    bus.ofType(documentReceivedV1.type).find((event) => event.correlationid === receiptId),
  );
}

describe('a document', () => {
  it('is accepted with its digest, and told of with its origin', async () => {
    const sbom = anSbom();
    const query = 'repo=acme/sub/shop&branch=main&provider=gitlab&commitSha=abc';
    const { status, headers, body } = await gateway.send<Accepted>('POST', `/api/v1/ingest/sbom?${query}`, {
      body: sbom,
    });
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(body.links.receipt);
    expect(body).toMatchObject({
      status: 'accepted',
      documents: [{ role: 'sbom', digest: digestOf(sbom), size: Buffer.byteLength(sbom) }],
    });
    const event = await receivedEventOf(body.receiptId);
    expect(event).toMatchObject({ tenant: 'default', lane: 'interactive', actor: expect.stringMatching(/^key:/) });
    expect(event.data).toMatchObject({
      kind: 'sbom',
      tool: null,
      dialect: 'native',
      documents: [{ role: 'sbom', digest: digestOf(sbom), mediaType: 'application/vnd.cyclonedx+json' }],
      subject: { kind: 'branch', provider: 'gitlab', org: 'acme/sub', repo: 'shop', branch: 'main' },
      origin: { commitSha: 'abc', prId: null },
    });
  });

  it('may be a report whose tool nobody names: the scanner recognises it', async () => {
    const report = JSON.stringify({ version: '2.1.0', runs: [] });
    for (const [path, tool] of [
      ['/api/v1/ingest/reports', null],
      ['/api/v1/ingest/reports/sarif', 'sarif'],
    ] as const) {
      const { status, body } = await gateway.send<Accepted>('POST', path, { body: report });
      expect(status).toBe(202);
      const { data } = await receivedEventOf(body.receiptId);
      expect(data).toMatchObject({ kind: 'report', tool, documents: [{ role: 'report', digest: digestOf(report) }] });
    }
  });

  it.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ])('may come packed with %s', async (encoding, pack) => {
    const sbom = anSbom(encoding);
    const headers = { 'content-encoding': encoding, 'content-type': 'application/octet-stream' };
    const { status, body } = await gateway.send<Accepted>('POST', '/api/v1/ingest/sbom', { body: pack(sbom), headers });
    expect(status).toBe(202);
    expect(body.documents[0]!.digest).toBe(digestOf(sbom));
  });

  it('may come as a form, with its origin beside it, before or after the file', async () => {
    const sbom = anSbom('form');
    const form = new FormData();
    form.set('repo', 'acme/shop');
    form.set('file', new Blob([sbom]), 'bom.json');
    form.set('branch', 'main');
    const { status, body } = await gateway.send<Accepted>('POST', '/api/v1/ingest/sbom', {
      body: form,
      headers: { 'x-assay-commit-sha': 'fedc', 'x-assay-prid': '41' },
    });
    expect(status).toBe(202);
    expect(body.documents[0]!.digest).toBe(digestOf(sbom));
    const { data } = await receivedEventOf(body.receiptId);
    expect(data).toMatchObject({
      origin: { org: 'acme', repo: 'shop', branch: 'main', commitSha: 'fedc', prId: '41' },
    });
  });
});

describe('a large document', () => {
  it('is accepted and lies in the store as it was sent', async () => {
    const sbom = anSbom('x'.repeat(900_000));
    const form = new FormData();
    form.set('file', new Blob([sbom]), 'bom.json');
    for (const body of [sbom, form]) {
      const answer = await gateway.send<Accepted>('POST', '/api/v1/ingest/sbom', { body });
      expect(answer.status).toBe(202);
      const [document] = answer.body.documents;
      expect(document).toMatchObject({ digest: digestOf(sbom), size: Buffer.byteLength(sbom) });
      const hex = document!.digest.slice('sha256:'.length);
      const stored = readFileSync(join(installation.dataDir, 'artifacts', 'default', hex.slice(0, 2), hex));
      expect(stored.equals(Buffer.from(sbom))).toBe(true);
    }
  });
});

describe('who waits', () => {
  it('gets the verdict as soon as it is decided', async () => {
    const waiting = gateway.send<Accepted>('POST', '/api/v1/ingest/sbom?wait=20&repo=w', { body: anSbom('waiting') });
    const event = await eventually('it is accepted', () =>
      bus
        .ofType(documentReceivedV1.type)
        .find(({ data }) => (data as { origin: { repo: string } }).origin.repo === 'w'),
    );
    const verdict = await caseEngine.decide(event.correlationid!, { critical: 1 });
    const { status, body } = await waiting;
    expect(status).toBe(200);
    expect(body).toMatchObject({ receiptId: event.correlationid, status: 'done', result: verdict });
    const timeline = await eventually('the verdict is kept', async () => {
      const read = await timelineOf(body.receiptId);
      return read.result !== null && read.stages.length > 0 && read;
    });
    expect(timeline).toMatchObject({
      status: 'processing',
      stages: [{ stage: 'judge', error: null }],
      result: verdict,
      links: body.links,
    });
    const run = `/api/v1/runs/${verdict.runId}`;
    expect(body.links).toMatchObject({ run, verdict: `${run}/verdict`, report: `${run}/report.json` });
  });

  it('is told where to look when nothing is decided in time', async () => {
    const { status, body } = await gateway.send<Accepted>('POST', '/api/v1/ingest/sbom?wait=1', {
      body: anSbom('slow'),
    });
    expect(status).toBe(202);
    expect(body).toMatchObject({ status: 'accepted' });
  });
});

describe('a receipt', () => {
  it('is done when indexed, attested and judged, in whatever order', async () => {
    const { body } = await gateway.send<Accepted>('POST', '/api/v1/ingest/sbom', { body: anSbom('order') });
    await caseEngine.progressed(body.receiptId, 'attest');
    await caseEngine.decide(body.receiptId);
    await eventually('it is judged', async () => (await timelineOf(body.receiptId)).stages.length === 2);
    expect((await timelineOf(body.receiptId)).status).toBe('processing');
    await caseEngine.progressed(body.receiptId, 'notify');
    await caseEngine.progressed(body.receiptId, 'index');
    await eventually('it is done', async () => (await timelineOf(body.receiptId)).status === 'done');
  });
});
