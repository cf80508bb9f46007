import { documentReceivedV1 } from '@assay/contracts';
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
  status: string;
  result?: object;
}

const send = (body: string, headers: Record<string, string> = {}, query = '') =>
  gateway.send<Accepted & { code?: string }>('POST', `/api/v1/ingest/sbom${query}`, { body, headers });

describe('a repeated request', () => {
  it('gives the first receipt, and makes no second one', async () => {
    const headers = { 'idempotency-key': 'build-1' };
    const first = await send(anSbom('again'), headers);
    const second = await send(anSbom('again'), headers);
    expect(second).toMatchObject({ status: 202, body: { receiptId: first.body.receiptId } });
    expect(await send(anSbom('other'), headers)).toMatchObject({
      status: 409,
      body: { code: 'ingest.idempotency-key-reused' },
    });
    const key = await gateway.key({ role: 'ci' });
    const others = await send(anSbom('again'), { ...headers, 'x-api-key': key });
    expect(others.body.receiptId).not.toBe(first.body.receiptId);
  });

  it('and its twins at the same moment are one', async () => {
    const headers = { 'idempotency-key': 'twins' };
    const twins = await Promise.all(Array.from({ length: 20 }, () => send(anSbom('twin'), headers)));
    expect(new Set(twins.map(({ status }) => status))).toEqual(new Set([202]));
    const ids = new Set(twins.map(({ body }) => body.receiptId));
    expect(ids.size).toBe(1);
    await eventually('it is told of', () =>
      bus.ofType(documentReceivedV1.type).some(({ subject }) => ids.has(subject!)),
    );
    const rows = await installation.rows(`select id from receipts where id = $1`, [[...ids][0]]);
    expect(rows).toHaveLength(1);
  });

  it('that waits gets the verdict of the first', async () => {
    const headers = { 'idempotency-key': 'later' };
    const { body } = await send(anSbom('later'), headers);
    const verdict = await caseEngine.decide(body.receiptId);
    const again = await send(anSbom('later'), headers, '?wait=20');
    expect(again).toMatchObject({ status: 200, body: { receiptId: body.receiptId, result: verdict } });
  });
});

describe('many at once', () => {
  it('are all accepted, each with its own receipt and event', async () => {
    const answers = await Promise.all(Array.from({ length: 300 }, (_, index) => send(anSbom(`many-${index}`))));
    expect(answers.every(({ status }) => status === 202)).toBe(true);
    const ids = new Set(answers.map(({ body }) => body.receiptId));
    expect(ids.size).toBe(300);
    const rows = await installation.rows<{ count: number }>(
      'select count(*)::int as count from receipts where id = any($1::uuid[])',
      [[...ids]],
    );
    expect(rows[0]!.count).toBe(300);
    await eventually(
      'every one is told of',
      () => bus.ofType(documentReceivedV1.type).filter(({ subject }) => ids.has(subject!)).length === 300,
    );
  });
});

describe('a failure', () => {
  it('of meaning is the 422 of whoever waits, with the same words', async () => {
    const waiting = send(anSbom('bad'), {}, '?wait=20&repo=bad');
    const receiptId = await receiptOf('bad');
    const error = {
      kind: 'invalid' as const,
      code: 'scanner.unknown-version',
      message: 'CycloneDX 9.9 is not known.',
      fields: [{ field: '/specVersion', message: 'is not known' }],
    };
    await caseEngine.failed(receiptId, 'index', error);
    expect(await waiting).toMatchObject({
      status: 422,
      body: { code: error.code, detail: error.message, errors: error.fields },
    });
    const timeline = await eventually('it is kept', async () => {
      const { body } = await gateway.send('GET', `/api/v1/receipts/${receiptId}`);
      return body['status'] === 'failed' && body;
    });
    expect(timeline).toMatchObject({ error, stages: [{ stage: 'index', error }] });
    await caseEngine.progressed(receiptId, 'index');
    await eventually('a replay heals it', async () => {
      const { body } = await gateway.send('GET', `/api/v1/receipts/${receiptId}`);
      return body['status'] === 'processing';
    });
  });

  it('of ours is a 500 that no pipeline takes for a pass', async () => {
    const waiting = send(anSbom('bug'), {}, '?wait=20&repo=bug');
    const error = { kind: 'bug' as const, code: 'x', message: 'An internal error', fields: [] };
    await caseEngine.failed(await receiptOf('bug'), 'index', error);
    expect(await waiting).toMatchObject({ status: 500, body: { code: 'receipts.processing-failed' } });
  });

  it('to notify fails nothing', async () => {
    const { body } = await send(anSbom('notify'));
    const error = { kind: 'unavailable' as const, code: 'x', message: 'no', fields: [] };
    await caseEngine.failed(body.receiptId, 'notify', error);
    const timeline = await eventually('it is shown', async () => {
      const { body: read } = await gateway.send<{ stages: object[] }>('GET', `/api/v1/receipts/${body.receiptId}`);
      return read.stages.length === 1 && read;
    });
    expect(timeline).toMatchObject({ status: 'processing', error: null, stages: [{ stage: 'notify', error }] });
  });
});

describe('a restart', () => {
  it('loses no receipt, and what was decided meanwhile is found afterwards', async () => {
    const second = await installation.gateway();
    const { body } = await second.send<Accepted>('POST', '/api/v1/ingest/sbom', { body: anSbom('restart') });
    await second.stop();
    await gateway.stop();
    const verdict = await caseEngine.decide(body.receiptId);
    gateway = await installation.gateway();
    const timeline = await eventually('the verdict arrives', async () => {
      const { body: read } = await gateway.send('GET', `/api/v1/receipts/${body.receiptId}`);
      return read['result'] !== null && read;
    });
    expect(timeline['result']).toEqual(verdict);
  });

  it('tells who waits where to look', async () => {
    const second = await installation.gateway();
    const waiting = second.send<Accepted>('POST', '/api/v1/ingest/sbom?wait=60&repo=stopped', {
      body: anSbom('stopped'),
    });
    await receiptOf('stopped');
    await second.stop();
    expect(await waiting).toMatchObject({ status: 202, body: { status: 'accepted' } });
  });
});

async function receiptOf(repo: string): Promise<string> {
  const event = await eventually('it is accepted', () =>
    bus
      .ofType(documentReceivedV1.type)
      .find(({ data }) => (data as { origin: { repo: string | null } }).origin.repo === repo),
  );
  return event.correlationid!;
}
