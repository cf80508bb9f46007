import type { AddressInfo } from 'node:net';
import { newId } from '@assay/kernel';
import { eventually } from '@assay/testing';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AlertingInstallation, aFinding } from './alerting-installation.js';
import { Receiver } from './receiver.js';

/** A mail server that speaks SMTP, asks for a password and keeps what it is sent. */
class MailBox {
  readonly mails: { readonly to: string[]; readonly text: string }[] = [];
  private readonly server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) =>
      username === 'assay' && password === 'p:w/d' ? done(null, { user: username }) : done(new Error('no')),
    onRcptTo: ({ address }, _session, done) =>
      address.startsWith('nobody@') ? done(Object.assign(new Error('no such user'), { responseCode: 550 })) : done(),
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = envelope.rcptTo.map(({ address }) => address);
        this.mails.push({ to, text: Buffer.concat(chunks).toString('utf8') });
        done();
      });
    },
  });

  async start(): Promise<string> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    const { port } = this.server.server.address() as AddressInfo;
    return `smtp://assay:${encodeURIComponent('p:w/d')}@127.0.0.1:${port}`;
  }

  stop(): Promise<void> {
    return new Promise((done) => this.server.close(() => done()));
  }
}

interface Delivery {
  readonly state: string;
  readonly attempts: number;
  readonly lastError: string | null;
}

const mailBox = new MailBox();
let installation: AlertingInstallation;
let receiver: Receiver;
beforeAll(async () => {
  const from = 'Assay <assay@example.com>';
  installation = await AlertingInstallation.start({ SMTP_URL: await mailBox.start(), SMTP_FROM: from });
  receiver = await Receiver.start();
});
afterAll(async () => {
  await installation.stop();
  await receiver.stop();
  await mailBox.stop();
});

const make = (tenant: string, wanted: object): Promise<{ status: number; body: Record<string, unknown> }> =>
  installation.ask(tenant, 'POST', 'channels', { name: 'Security', ...wanted });

const finished = (tenant: string): Promise<Delivery> =>
  eventually('the end of a delivery', async () => {
    const { body } = await installation.ask<{ items: Delivery[] }>(tenant, 'GET', 'deliveries');
    return body.items.find(({ state }) => state !== 'pending');
  });

describe('no webhook or notification', () => {
  it.each(['slack', 'discord', 'teams'])('there is one to %s, whose address is shown to nobody', async (type) => {
    const tenant = `to-${type}`;
    const url = `${receiver.base}/${type}/s3cr3t`;
    const made = await make(tenant, { type, url });
    expect([made.status, made.body['url'], made.body['secret']]).toEqual([201, `${receiver.base}/…`, null]);
    await installation.judge(tenant, [aFinding()]);
    const arrival = await eventually('the message', () =>
      receiver.arrivals.find((each) => each.url === `/${type}/s3cr3t`),
    );
    expect(arrival.headers['content-type']).toBe('application/json');
    expect(arrival.body).toContain('CVE-2021-44906');
    expect((await finished(tenant)).state).toBe('delivered');
    const rows = await installation.rows(`select row_to_json(c)::text from channels c where tenant = $1`, [tenant]);
    expect(JSON.stringify([rows, installation.bus.events])).not.toContain('s3cr3t');
  });

  it('there is one by mail, over a server that asks for a password', async () => {
    await make('by-mail', { type: 'email', url: 'mailto:security@example.com,other@example.com' });
    await installation.judge('by-mail', [aFinding()]);
    const mail = await eventually('the mail', () => mailBox.mails[0]);
    expect(mail.to).toEqual(['security@example.com', 'other@example.com']);
    expect(mail.text).toMatch(/Message-ID: <[0-9a-f-]{36}@example\.com>/);
    expect(mail.text).toContain('CVE-2021-44906 (critical)');
    expect((await finished('by-mail')).state).toBe('delivered');
  });

  it('a mail that its server will never take is not tried again', async () => {
    await make('to-nobody', { type: 'email', url: 'mailto:nobody@example.com' });
    await installation.judge('to-nobody', [aFinding()]);
    expect(await finished('to-nobody')).toMatchObject({ state: 'failed', attempts: 1 });
  });

  it('an incident is triggered and, when nothing is left, resolved under the same key', async () => {
    const key = 'R0UT1NGKEY00000000000000000000AB';
    const made = await make('on-call', { type: 'pagerduty', url: `${receiver.base}/pagerduty`, secret: key });
    expect(JSON.stringify(made.body)).not.toContain(key);
    receiver.answer = () => ({ status: 202 });
    await installation.judge('on-call', [aFinding()]);
    const clean = { critical: 0, high: 3, medium: 0, low: 0, unknown: 0, kev: 0, excluded: 0 };
    const over = { resolvedCount: 1, counts: clean, runId: newId() };
    await eventually('the trigger', () => receiver.arrivals.some(({ url }) => url === '/pagerduty'));
    await installation.judge('on-call', [], over);
    const bodies = await eventually('both', () => {
      const all = receiver.arrivals.filter(({ url }) => url === '/pagerduty').map(({ body }) => body);
      return all.length === 2 ? all.map((body) => JSON.parse(body) as Record<string, string>) : null;
    });
    expect(bodies.map((body) => body['event_action'])).toEqual(['trigger', 'resolve']);
    expect(bodies[0]!['dedup_key']).toBe(bodies[1]!['dedup_key']);
    expect(bodies[0]!['routing_key']).toBe(key);
    receiver.answer = () => ({ status: 204 });
  });

  it('a body that Slack does not like is not sent again, and a webhook that is gone turns its channel off', async () => {
    const made = await make('refused', { type: 'slack', url: `${receiver.base}/refused` });
    receiver.answer = () => ({ status: 400 });
    await installation.judge('refused', [aFinding()]);
    expect(await finished('refused')).toMatchObject({ state: 'failed', attempts: 1 });
    receiver.answer = () => ({ status: 404 });
    await installation.judge('refused', [aFinding()]);
    await eventually('the channel to be off', async () => {
      const { body } = await installation.ask('refused', 'GET', `channels/${String(made.body['id'])}`);
      return body['enabled'] === false;
    });
    receiver.answer = () => ({ status: 204 });
  });
});

describe('alerts past their time', () => {
  it('are forgotten with their deliveries, others are kept', async () => {
    const [old, fresh] = [newId(), newId()];
    await make('aged', { type: 'slack', url: `${receiver.base}/aged` });
    await installation.judge('aged', [aFinding()]);
    await finished('aged');
    await installation.rows(
      `update alerts set raised_at = raised_at - interval '181 days' where tenant = 'aged' returning 1`,
    );
    await installation.judge('aged', [aFinding()], { runId: fresh, receiptId: old });
    await eventually(
      'the second',
      async () =>
        (await installation.rows(`select from deliveries where tenant = 'aged' and state = 'delivered'`)).length === 2,
    );
    const { ForgetAlerts } = await import('../src/deliveries/forget-alerts.job.js');
    await installation.alerting.app.get(ForgetAlerts).run();
    const left = await installation.rows(`select content ->> 'runId' as run from alerts where tenant = 'aged'`);
    expect(left).toEqual([{ run: fresh }]);
    expect(await installation.rows(`select from deliveries where tenant = 'aged'`)).toHaveLength(1);
  });
});
