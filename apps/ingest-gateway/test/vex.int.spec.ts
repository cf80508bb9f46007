import { documentReceivedV1, vexAppliedV1, type VexOutcome, vexReceivedV1 } from '@assay/contracts';
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

interface Accepted {
  readonly receiptId: string;
  readonly status: string;
  readonly vex?: VexOutcome;
}

const document = JSON.stringify({ '@context': 'https://openvex.dev/ns/v0.2.0', '@id': 'urn:one', statements: [] });
const outcome: VexOutcome = {
  format: 'openvex',
  author: 'Acme',
  documentId: 'urn:one',
  documentVersion: '1',
  statements: 1,
  granted: 1,
  ended: 0,
  unchanged: 0,
  ignored: null,
  warnings: [],
};

const received = (receiptId?: string) =>
  bus.ofType(vexReceivedV1.type).find(({ correlationid }) => receiptId === undefined || correlationid === receiptId);

async function applied(receiptId: string): Promise<void> {
  await caseEngine.transactions.run({ tenant: 'default', correlationId: receiptId }, async (tx) => {
    tx.publish(vexAppliedV1, { receiptId, outcome }, { correlationId: receiptId });
  });
}

describe('a VEX document', () => {
  it('is accepted and told of by itself, and is done when it is attested and applied', async () => {
    const sent = await gateway.send<Accepted>('POST', '/api/v1/ingest/vex?repo=acme/shop', { body: document });
    expect(sent).toMatchObject({ status: 202, body: { status: 'accepted', documents: [{ role: 'vex' }] } });
    const { receiptId } = sent.body;
    const event = await eventually('the event', () => received(receiptId));
    expect(event.data).toMatchObject({ kind: 'vex', origin: { org: 'acme', repo: 'shop' } });
    expect(bus.ofType(documentReceivedV1.type).filter(({ correlationid }) => correlationid === receiptId)).toEqual([]);

    await caseEngine.progressed(receiptId, 'attest');
    await applied(receiptId);
    const shown = await eventually('the receipt is done', async () => {
      const { body } = await gateway.send<Accepted>('GET', `/api/v1/receipts/${receiptId}`);
      return body.status === 'done' && body.vex !== undefined && body;
    });
    expect(shown.vex).toEqual(outcome);
  });

  it('is waited for like others, and answered with what it did', async () => {
    const before = bus.ofType(vexReceivedV1.type).length;
    const answer = gateway.send<Accepted>('POST', '/api/v1/ingest/vex?wait=20', { body: document });
    const event = await eventually('the event', () => bus.ofType(vexReceivedV1.type)[before]);
    await applied(event.correlationid!);
    expect(await answer).toMatchObject({ status: 200, body: { status: 'done', vex: outcome } });
  });

  it('is refused where it is none, and from CI unless the installation takes that', async () => {
    const none = await gateway.send('POST', '/api/v1/ingest/vex', { body: '{"hello":"world"}' });
    expect(none).toMatchObject({ status: 422, body: { detail: expect.stringContaining('neither OpenVEX nor CSAF') } });
    const headers = { 'x-api-key': await gateway.key({ role: 'ci' }) };
    expect(await gateway.send('POST', '/api/v1/ingest/vex', { body: document, headers })).toMatchObject({
      status: 403,
    });
    const open = await installation.gateway({ INGEST_VEX_FROM_CI: 'true' });
    expect(await open.send('POST', '/api/v1/ingest/vex', { body: document, headers })).toMatchObject({ status: 202 });
    await open.stop();
  });
});
