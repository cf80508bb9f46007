import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api, bodyOf } from './support/api.js';
import { fixtureOf } from './support/fixture-files.js';
import { Intruder } from './support/intruder.js';
import { PlatformProcess } from './support/platform-process.js';
import { waitUntil } from './support/wait-until.js';
import { WebhookReceiver } from './support/webhook-receiver.js';

interface Verification {
  readonly intact: boolean;
  readonly index: number | null;
  readonly differs: string | null;
  readonly message: string;
}

interface Entry {
  readonly index: number;
  readonly id: string;
  readonly action: string;
}

interface Problem {
  readonly code: string;
  readonly detail: string;
}

const document = fixtureOf('apps/platform/examples/shop.cdx.json');
const octets = { 'content-type': 'application/octet-stream' };

/** Tampering is done by somebody who may do everything on the machine, and asked about through the front door. */
describe('what was changed behind our back', () => {
  const platform = new PlatformProcess('all-in-one');
  const intruder = new Intruder(platform);
  let api: Api;
  let receiver: WebhookReceiver;

  beforeAll(async () => {
    receiver = await WebhookReceiver.start();
    await platform.start();
    api = new Api(platform, platform.adminKey);
    const channel = { name: 'on-call', type: 'webhook', url: receiver.url };
    const { id } = bodyOf(await api.post<{ id: string }>('/api/v1/alerting/channels', channel), 201);
    // The rule that exists from the first day would tell of the findings too.
    const { items } = bodyOf(await api.get<{ items: { id: string }[] }>('/api/v1/alerting/rules'), 200);
    for (const rule of items) await api.call('DELETE', `/api/v1/alerting/rules/${rule.id}`);
    const rule = { name: 'tampering', on: ['tampering.detected'], channels: [id] };
    bodyOf(await api.post('/api/v1/alerting/rules', rule), 201);
  });
  afterAll(async () => {
    await platform.remove();
    await receiver.stop();
  });

  /** Sends the document with something of its own in it, and gives its digest. */
  async function anAttestedSbom(name: string): Promise<{ bytes: Buffer; digest: string; receiptId: string }> {
    const bytes = Buffer.from(JSON.stringify({ ...JSON.parse(document.toString()), version: name.length }));
    const answer = await api.post<{ receiptId: string; documents: { digest: string }[] }>(
      `/api/v1/ingest/sbom?repo=${name}&branch=main&wait=60`,
      bytes,
    );
    const { receiptId, documents } = bodyOf(answer, 200);
    return { bytes, digest: documents[0]!.digest, receiptId };
  }

  async function entriesOf(receiptId: string): Promise<Entry[]> {
    return waitUntil('the entries', async () => {
      const { body } = await api.get<{ items: Entry[] }>(`/api/v1/audit/entries?receipt=${receiptId}`);
      return body.items.some(({ action }) => action === 'cases.gate.decided.v1') && body.items;
    });
  }

  /** The verdict on the whole log, once every entry of it is under a signed head. */
  async function verified(): Promise<Verification> {
    return bodyOf(await api.post<Verification>('/api/v1/audit/verify'), 200);
  }

  it('a stored SBOM is not given out, and the answer says which artifact was changed', async () => {
    const { digest } = await anAttestedSbom('stored');
    const { items } = bodyOf(
      await api.get<{ items: { id: string; digest: string }[] }>('/api/v1/sboms?limit=500'),
      200,
    );
    const path = `/api/v1/sboms/${items.find((sbom) => sbom.digest === digest)!.id}/document`;
    expect(await api.get(path)).toMatchObject({ status: 200 });
    intruder.flipsAByteOf(digest);
    const { status, body } = await api.get<Problem>(path);
    expect({ status, code: body.code }).toEqual({ status: 500, code: 'artifacts.tampered' });
    expect(body.detail).toContain(digest);
  });

  it('a stored attestation verifies nothing any more, and the answer says why', async () => {
    const { bytes, digest } = await anAttestedSbom('attested');
    const path = `/api/v1/attestations?digest=${digest}`;
    const { items } = bodyOf(await api.get<{ items: { id: string; envelope: { digest: string } }[] }>(path), 200);
    const [attestation] = items;
    expect((await api.post('/api/v1/verify/blob', bytes, octets)).body).toMatchObject({ verified: true });
    intruder.flipsAByteOf(attestation!.envelope.digest);
    expect((await api.post('/api/v1/verify/blob', bytes, octets)).body).toMatchObject({
      verified: false,
      failures: [{ check: 'envelope', message: expect.stringContaining(attestation!.envelope.digest) }],
    });
    const { body } = await api.get<Problem>(`/api/v1/attestations/${attestation!.id}`);
    expect(body.code).toBe('artifacts.tampered');
  });

  it('an attested SBOM of which one byte was changed is not the attested one', async () => {
    const { bytes } = await anAttestedSbom('outside');
    const changed = Buffer.from(bytes);
    changed[changed.length >> 1]! ^= 1;
    expect((await api.post('/api/v1/verify/blob', bytes, octets)).body).toMatchObject({ verified: true });
    expect((await api.post('/api/v1/verify/blob', changed, octets)).body).toMatchObject({
      verified: false,
      failures: [{ check: 'attestation', message: expect.stringMatching(/never attested, or was changed/) }],
    });
  });

  it.each([
    ['a byte of its payload', 'payload', 'payload = set_byte(payload, 20, get_byte(payload, 20) # 1)'],
    ['its actor', 'leaf', `leaf_actor = 'key:somebody-else'`],
    ['a byte of its hash', 'leaf', 'leaf_hash = set_byte(leaf_hash, 3, get_byte(leaf_hash, 3) # 1)'],
  ])('an entry of the audit log is named when %s was changed', async (_, differs, change) => {
    const { receiptId } = await anAttestedSbom(`entry-${change.length}`);
    const entry = (await entriesOf(receiptId)).find(({ action }) => action === 'cases.gate.decided.v1')!;
    expect(await verified()).toMatchObject({ intact: true });
    const one = `where tenant = 'default' and index = $1`;
    await intruder.changes(
      `create table public.before_it as select * from audit.entries ${one.replace('$1', String(entry.index))}`,
    );
    await intruder.changes(`update audit.entries set ${change} ${one}`, entry.index);
    const found = await verified();
    expect(found).toMatchObject({ intact: false, index: entry.index, differs });
    expect(found.message).toContain(entry.id);
    // As it was: the log proves itself again, so nothing but the change was found.
    await intruder.changes(
      `update audit.entries e set payload = b.payload, leaf_actor = b.leaf_actor, leaf_hash = b.leaf_hash
         from public.before_it b where e.tenant = b.tenant and e.index = b.index`,
    );
    await intruder.changes('drop table public.before_it');
    expect(await verified()).toMatchObject({ intact: true });
  });

  it('is told to the people on call who asked for it', async () => {
    await waitUntil('a webhook for each', async () => receiver.received.length >= 3);
    for (const { body } of receiver.received) expect(body).toMatch(/(payload of entry|Entry) \d+ is not/);
  });
});
