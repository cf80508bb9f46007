import { judgementMediaType } from '@assay/contracts';
import { newId } from '@assay/kernel';
import { eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { AlertingInstallation, aFinding } from './alerting-installation.js';
import { Receiver } from './receiver.js';

interface Delivery {
  readonly id: string;
  readonly state: string;
  readonly attempts: number;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly log: { attempt: number; statusCode: number | null; response: string | null }[];
}

let installation: AlertingInstallation;
beforeAll(async () => {
  installation = await AlertingInstallation.start();
});
afterAll(() => installation.stop());

let tenants = 0;
/** A tenant of its own with one channel. */
async function aTenantWithChannel(): Promise<{ tenant: string; receiver: Receiver; channel: string; secret: string }> {
  const tenant = `tenant-${(tenants += 1)}`;
  const receiver = await Receiver.start();
  const wanted = { name: 'Security', type: 'webhook', url: receiver.url };
  const created = await installation.ask<{ id: string; secret: string }>(tenant, 'POST', 'channels', wanted);
  expect(created.status).toBe(201);
  return { tenant, receiver, channel: created.body.id, secret: created.body.secret };
}

async function deliveriesOf(tenant: string): Promise<Delivery[]> {
  return (await installation.ask<{ items: Delivery[] }>(tenant, 'GET', 'deliveries')).body.items;
}

const isDelivered = (tenant: string) => async (): Promise<boolean> =>
  (await deliveriesOf(tenant)).some(({ state }) => state === 'delivered');

describe('a judgement with a critical finding', () => {
  it('arrives as a signed webhook that says what, where and why', async () => {
    const { tenant, receiver, secret } = await aTenantWithChannel();
    const bad = aFinding({ kev: true });
    const eventId = await installation.judge(tenant, [bad, aFinding({ severity: 'low', vulnerabilityId: 'CVE-2' })]);
    const arrival = await eventually('the webhook', () => receiver.arrivals[0]);

    const verified = new Webhook(secret).verify(arrival.body, arrival.headers as Record<string, string>);
    expect(verified).toMatchObject({
      type: 'findings.judged',
      data: {
        tenant,
        alert: { matched: 1, severity: 'critical' },
        rule: { name: 'New critical or exploited findings' },
        repo: 'acme/payments',
        commitSha: '9c1f6a0f3c0c1c2f7f0b6e3d5a4b8c7d6e5f4a3b',
        findings: [{ vulnerabilityId: bad.vulnerabilityId, kev: true }],
        links: { case: '/api/v1/cases/7' },
      },
    });
    expect(() => new Webhook(secret).verify(`${arrival.body} `, arrival.headers as Record<string, string>)).toThrow(
      'No matching signature found',
    );

    await eventually('the delivery to be written down', isDelivered(tenant));
    const [delivery] = await deliveriesOf(tenant);
    expect(delivery).toMatchObject({ id: receiver.ids[0], attempts: 1, lastStatus: 204 });
    const judged = installation.bus.events.find(({ id }) => id === eventId);
    const told = await eventually('the notification event', () =>
      installation.bus.ofType('alerting.notification.delivered.v1').find((event) => event.tenant === tenant),
    );
    expect(told.correlationid).toBe(judged!.correlationid);
    const progress = installation.bus.ofType('shared.receipt.progressed.v1').find((event) => event.tenant === tenant);
    expect(progress!.data).toMatchObject({ stage: 'notify', service: 'alerting', receiptId: judged!.correlationid });
    expect(arrival.headers['traceparent']).toContain(judged!.traceparent!.split('-')[1]);
    expect(told.traceparent).toContain(judged!.traceparent!.split('-')[1]);
    await receiver.stop();
  });

  it('is read from the artifact store when it did not fit into the event', async () => {
    const { tenant, receiver } = await aTenantWithChannel();
    const opened = Array.from({ length: 300 }, () => aFinding());
    const bytes = Buffer.from(JSON.stringify({ opened, excepted: [], resolved: [] }));
    const document = await installation.artifacts.put(tenant, bytes, judgementMediaType);
    await installation.judge(tenant, [], { openedCount: 300, change: null, document });
    const arrival = await eventually('the webhook', () => receiver.arrivals[0]);
    const { data } = JSON.parse(arrival.body) as { data: { findings: unknown[]; findingsOmitted: number } };
    expect([data.findings.length, data.findingsOmitted]).toEqual([20, 280]);
    await receiver.stop();
  });

  it('is not told to a tenant without channels, and leaves nothing behind there', async () => {
    const { tenant, receiver } = await aTenantWithChannel();
    await installation.judge('no-channels', [aFinding()]);
    await installation.judge(tenant, [aFinding({ severity: 'low' })]);
    await installation.judge(tenant, [aFinding()]);
    await eventually('the webhook', () => receiver.arrivals[0]);
    expect(await installation.rows(`select from alerts where tenant = 'no-channels'`)).toHaveLength(0);
    expect(await deliveriesOf(tenant)).toHaveLength(1);
    await receiver.stop();
  });
});

describe('an event that is delivered again', () => {
  it('makes nothing twice, even if the inbox has forgotten it', async () => {
    const { tenant, receiver } = await aTenantWithChannel();
    const eventId = await installation.judge(tenant, [aFinding()]);
    await eventually('the webhook', isDelivered(tenant));
    await installation.publishAgain(eventId);
    await installation.rows('delete from inbox where event_id = $1 returning 1', [eventId]);
    await installation.publishAgain(eventId);
    await eventually('it to be digested again', async () => {
      const [row] = await installation.rows('select from inbox where event_id = $1 and processed_at is not null', [
        eventId,
      ]);
      return row;
    });
    await installation.judge(tenant, [aFinding({ vulnerabilityId: 'CVE-AFTERWARDS' })]);
    await eventually('what came afterwards', () =>
      receiver.arrivals.some(({ body }) => body.includes('CVE-AFTERWARDS')),
    );
    expect(receiver.ids).toHaveLength(2);
    expect(new Set(receiver.ids).size).toBe(2);
    expect(await deliveriesOf(tenant)).toHaveLength(2);
    await receiver.stop();
  });
});

describe('a receiver that fails', () => {
  it('is tried again with the same webhook-id, and the log shows each attempt', async () => {
    const { tenant, receiver } = await aTenantWithChannel();
    receiver.answer = (count) => ({ status: count === 0 ? 500 : 200 });
    await installation.judge(tenant, [aFinding()]);
    await eventually('the retry', isDelivered(tenant));
    expect(receiver.ids).toHaveLength(2);
    expect(new Set(receiver.ids).size).toBe(1);
    const [first, second] = receiver.arrivals;
    expect(second!.body).toBe(first!.body);
    expect(second!.at - first!.at).toBeGreaterThan(3_900);
    const [delivery] = await deliveriesOf(tenant);
    expect(delivery!.log).toMatchObject([
      { attempt: 2, statusCode: 200 },
      { attempt: 1, statusCode: 500, response: 'no thanks' },
    ]);
    await receiver.stop();
  });

  it('is left alone for good after 410, and its channel says why', async () => {
    const { tenant, receiver, channel } = await aTenantWithChannel();
    receiver.answer = () => ({ status: 410 });
    await installation.judge(tenant, [aFinding()]);
    const failed = await eventually('the failure', async () =>
      (await deliveriesOf(tenant)).find(({ state }) => state === 'failed'),
    );
    expect(failed.lastStatus).toBe(410);
    const { body } = await installation.ask(tenant, 'GET', `channels/${channel}`);
    expect(body).toMatchObject({ enabled: false, disabledBecause: 'The receiver answered 410.' });
    await eventually('notification.failed', () =>
      installation.bus.ofType('alerting.notification.failed.v1').some((event) => event.tenant === tenant),
    );
    await receiver.stop();
  });

  it('is sent a failed delivery again when somebody asks for it, under the same webhook-id', async () => {
    const { tenant, receiver, channel } = await aTenantWithChannel();
    receiver.answer = (count) => ({ status: count === 0 ? 410 : 200 });
    await installation.judge(tenant, [aFinding()]);
    const failed = await eventually('the failure', async () =>
      (await deliveriesOf(tenant)).find(({ state }) => state === 'failed'),
    );
    await installation.ask(tenant, 'PATCH', `channels/${channel}`, { enabled: true });
    const replayed = await installation.ask(tenant, 'POST', `deliveries/${failed.id}/replay`);
    expect(replayed.status).toBe(202);
    await eventually('the replay', isDelivered(tenant));
    expect(receiver.ids).toEqual([failed.id, failed.id]);
    expect((await installation.ask('stranger', 'POST', `deliveries/${failed.id}/replay`)).status).toBe(404);
    await receiver.stop();
  });
});

describe('a process that dies between sending and writing it down', () => {
  it('leaves a claim that ends, and the webhook comes again under the same id', async () => {
    const { tenant, receiver } = await aTenantWithChannel();
    await installation.judge(tenant, [aFinding()]);
    await eventually('the webhook', isDelivered(tenant));
    await installation.rows(
      `update deliveries set state = 'pending', finished_at = null, next_attempt_at = now(), claimed_until = now() + interval '1 s'
        where tenant = $1 returning 1`,
      [tenant],
    );
    await eventually('the second arrival', () => receiver.arrivals.length === 2);
    expect(new Set(receiver.ids).size).toBe(1);
    await eventually('it to be written down', isDelivered(tenant));
    await receiver.stop();
  });
});

describe('a silence', () => {
  it('keeps the alert and tells nobody', async () => {
    const { tenant, receiver } = await aTenantWithChannel();
    const endsAt = new Date(Date.now() + 60_000).toISOString();
    const silence = { name: 'Migration', where: { repo: 'acme/*' }, endsAt };
    const created = await installation.ask<{ id: string }>(tenant, 'POST', 'silences', silence);
    expect(created.status).toBe(201);
    await installation.judge(tenant, [aFinding()]);
    const subject = { kind: 'branch', provider: '', org: 'other', repo: 'web', branch: 'main' } as const;
    await installation.judge(tenant, [aFinding()], { subject });
    await eventually('the webhook of the other', isDelivered(tenant));
    const alerts = await installation.ask<{ items: { silencedBy: string | null }[] }>(tenant, 'GET', 'alerts');
    expect(alerts.body.items.map(({ silencedBy }) => silencedBy).toSorted()).toEqual(
      [created.body.id, null].toSorted(),
    );
    expect(receiver.arrivals).toHaveLength(1);
    await receiver.stop();
  });
});

describe('an address that only this machine can reach', () => {
  it.each(['http://169.254.169.254/latest/meta-data', 'http://10.0.0.1/', 'http://[::1]:80/', 'http://0xa.0.1:9/a'])(
    'is refused when the channel is made: %s',
    async (url) => {
      const { status, body } = await installation.ask('ssrf', 'POST', 'channels', { name: 'x', type: 'webhook', url });
      expect([status, body['code']]).toEqual([422, 'alerting.address-refused']);
    },
  );

  it('is refused again when the message is sent, and the delivery says so', async () => {
    const { tenant, receiver, channel } = await aTenantWithChannel();
    await installation.rows('update channels set url = $2 where id = $1 returning 1', [channel, 'http://10.0.0.1/']);
    await installation.judge(tenant, [aFinding()]);
    const failed = await eventually('the refusal', async () =>
      (await deliveriesOf(tenant)).find(({ state }) => state === 'failed'),
    );
    expect(failed.lastError).toContain('no public address');
    expect(receiver.arrivals).toHaveLength(0);
    await receiver.stop();
  });
});

describe('the test of a channel', () => {
  it('is sent at once, signed, and answers with what the receiver said', async () => {
    const { tenant, receiver, channel, secret } = await aTenantWithChannel();
    const { body } = await installation.ask(tenant, 'POST', `channels/${channel}/test`);
    expect(body).toMatchObject({ delivered: true, statusCode: 204, webhookId: receiver.ids[0] });
    const [arrival] = receiver.arrivals;
    expect(new Webhook(secret).verify(arrival!.body, arrival!.headers as Record<string, string>)).toMatchObject({
      type: 'channel.test',
    });
    await receiver.stop();
    expect((await installation.ask(tenant, 'POST', `channels/${newId()}/test`)).status).toBe(404);
  });
});
