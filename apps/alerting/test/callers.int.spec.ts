import {
  type DataOf,
  type RunContext,
  runRecordedV1,
  runRescanFailedV1,
  runRescannedV1,
  verificationFailedV1,
} from '@assay/contracts';
import { notifyAddressPurpose, TextSeal } from '@assay/identity';
import { newId, type Uuid } from '@assay/kernel';
import { eventually, testMasterKey } from '@assay/testing';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AlertingInstallation, aFinding } from './alerting-installation.js';
import { Receiver } from './receiver.js';

type Run = DataOf<typeof runRecordedV1>;
type Rescan = DataOf<typeof runRescannedV1>;
interface Delivery {
  readonly state: string;
  readonly lastError: string | null;
  readonly channelName: string;
}

const seal = new TextSeal(testMasterKey, notifyAddressPurpose);
const none = {
  critical: 0,
  high: 0,
  medium: 0,
  low: 0,
  unknown: 0,
  misconfigurations: 0,
  secrets: 0,
  licenses: 0,
  issues: 0,
};
const subject = { kind: 'branch', provider: '', org: 'acme', repo: 'payments', branch: '' } as const;

/** Says of every receipt that it is about `acme/payments`, as the gateway would. */
const gateway = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ subject, origin: { commitSha: '9c1f6a0f' }, result: null }));
});

let installation: AlertingInstallation;
let receiver: Receiver;
beforeAll(async () => {
  await new Promise<void>((done) => gateway.listen(0, '127.0.0.1', done));
  const { port } = gateway.address() as AddressInfo;
  installation = await AlertingInstallation.start({ INGEST_GATEWAY_URL: `http://127.0.0.1:${port}` });
  receiver = await Receiver.start();
});
afterAll(async () => {
  await installation.stop();
  await receiver.stop();
  gateway.close();
});

let tenants = 0;
const aTenant = (): string => `callers-${(tenants += 1)}`;

function aContext(tenant: string, url: string | null, failOn: string | null = null): RunContext {
  const notify = url === null ? null : { sealedUrl: seal.seal(url, tenant) };
  return { name: '20260115_103000', toolVersions: {}, scanRoot: null, rulesets: {}, skipped: [], failOn, notify };
}

async function record(tenant: string, context: RunContext, changes: Partial<Run> = {}): Promise<Uuid> {
  const receiptId = newId();
  return installation.caseEngine.run({ tenant, correlationId: receiptId }, async (tx) =>
    tx.publish(runRecordedV1, {
      runId: newId(),
      receiptId,
      subject,
      commitSha: '9c1f6a0f',
      newest: true,
      counts: { critical: 1, high: 2, medium: 0, low: 0, unknown: 0 },
      byTool: { 'assay-osv': { ...none, critical: 1, high: 2 }, trivy: { ...none, secrets: 3 } },
      context,
      ...changes,
    }),
  );
}

async function rescan(tenant: string, changes: Partial<Rescan> = {}): Promise<Uuid> {
  const fresh = aFinding();
  return installation.caseEngine.run({ tenant }, async (tx) =>
    tx.publish(runRescannedV1, {
      runId: newId(),
      caseId: 7,
      subject,
      commitSha: '9c1f6a0f',
      rescannedAt: '2026-01-16T02:00:00.000Z',
      new: [fresh],
      newCount: 1,
      newExceptedCount: 0,
      newKev: [],
      presentCount: 4,
      presentKevCount: 0,
      exceptedCount: 0,
      ...changes,
    }),
  );
}

const arrivalsAt = (path: string): string[] =>
  receiver.arrivals.filter(({ url }) => url.startsWith(path)).map(({ body }) => body);

const deliveriesOf = async (tenant: string): Promise<Delivery[]> =>
  (await installation.ask<{ items: Delivery[] }>(tenant, 'GET', 'deliveries')).body.items;

/** Waits until alerting has taken in an event. */
const digested = (eventId: Uuid): Promise<unknown> =>
  eventually('the event to be taken in', async () => {
    const sql = 'select from inbox where event_id = $1 and processed_at is not null';
    return (await installation.rows(sql, [eventId])).length > 0;
  });

describe('a run whose client named a webhook', () => {
  it('is reported there in the body that Discord’s or Slack’s clients of PatchHound know', async () => {
    const tenant = aTenant();
    await record(tenant, aContext(tenant, `${receiver.base}/discord/${tenant}`));
    const [body] = await eventually('the report', () => present(arrivalsAt(`/discord/${tenant}`)));
    const { embeds } = JSON.parse(body!) as { embeds: { title: string; description: string; color: number }[] };
    expect(embeds).toMatchObject([{ title: '🚨 Vulnerability Severity Report', color: 16_711_680 }]);
    expect(embeds[0]!.description).toMatch(/acme\/payments[^]*Critical: 1\nHigh: 2[^]*Exposed Secret: 3/);

    await record(tenant, aContext(tenant, `${receiver.base}/slack/${tenant}`));
    const [slack] = await eventually('the other report', () => present(arrivalsAt(`/slack/${tenant}`)));
    expect(JSON.parse(slack!)).toMatchObject({ text: ':rotating_light: *Vulnerability Severity Report*' });
    const told = installation.bus
      .ofType('alerting.notification.delivered.v1')
      .filter((event) => event.tenant === tenant);
    expect(told.length).toBeGreaterThan(0);
    expect((told[0]!.data as { runId: string | null }).runId).not.toBeNull();
  });

  it('shows its address to nobody: not in answers, events or tables', async () => {
    const tenant = aTenant();
    const secret = `/discord/${tenant}/s3cr3t-token`;
    await record(tenant, aContext(tenant, `${receiver.base}${secret}`));
    await eventually('the report', () => present(arrivalsAt(secret)));
    await eventually('the end', async () => (await deliveriesOf(tenant)).some(({ state }) => state === 'delivered'));
    const answers = [await deliveriesOf(tenant), (await installation.ask(tenant, 'GET', 'alerts')).body];
    const rows = await installation.rows(`select row_to_json(c)::text from channels c`);
    const webhooks = await installation.rows('select row_to_json(r)::text from repository_webhooks r');
    expect(JSON.stringify([answers, installation.bus.events, rows, webhooks])).not.toContain('s3cr3t-token');
    expect((await installation.ask<{ items: unknown[] }>(tenant, 'GET', 'channels')).body.items).toEqual([]);
  });

  it('"Webhook not set" failure is recorded whenever the threshold was not met: nothing is recorded here', async () => {
    const tenant = aTenant();
    const quiet = { byTool: { 'assay-osv': { ...none, high: 2 } }, counts: { ...none, high: 2 } };
    await digested(await record(tenant, aContext(tenant, null), quiet));
    await digested(await record(tenant, aContext(tenant, `${receiver.base}/discord/${tenant}`), quiet));
    expect(await deliveriesOf(tenant)).toEqual([]);
    expect(
      installation.bus.events.filter((event) => event.tenant === tenant && event.type.startsWith('alerting')),
    ).toEqual([]);
  });

  it('alert level compares exact equality: a critical one is told to whoever fails on high, or on 7.0', async () => {
    const tenant = aTenant();
    const bad = { byTool: { trivy: { ...none, critical: 1 } } };
    await record(tenant, aContext(tenant, `${receiver.base}/slack/${tenant}/word`, 'HIGH'), bad);
    await record(tenant, aContext(tenant, `${receiver.base}/slack/${tenant}/number`, '7.0'), bad);
    await eventually('the word', () => present(arrivalsAt(`/slack/${tenant}/word`)));
    const told = await eventually('the number', () => present(arrivalsAt(`/slack/${tenant}/number`)));
    expect(told).toHaveLength(1);
  });

  it.each([
    ['names neither', 'https://example.com/hook', 'The webhook names neither Discord nor Slack: nothing was sent.'],
    ['does not exist', null, 'No webhook is set'],
  ])('that %s fails by a delivery that says so', async (_what, url, why) => {
    const tenant = aTenant();
    await record(tenant, aContext(tenant, url));
    const [delivery] = await eventually('the failure', async () => present(await deliveriesOf(tenant)));
    expect(delivery!.state).toBe('failed');
    expect(delivery!.lastError).toContain(why);
    const failed = await eventually('the event', () =>
      installation.bus.ofType('alerting.notification.failed.v1').find((event) => event.tenant === tenant),
    );
    expect((failed.data as { error: string }).error).toContain(why);
  });

  it('is told once, however often it is recorded', async () => {
    const tenant = aTenant();
    const runId = newId();
    const context = aContext(tenant, `${receiver.base}/slack/${tenant}`);
    await digested(await record(tenant, context, { runId }));
    await digested(await record(tenant, context, { runId }));
    await eventually('the report', () => present(arrivalsAt(`/slack/${tenant}`)));
    expect(await deliveriesOf(tenant)).toHaveLength(1);
  });
});

describe('webhook URL is caller supplied and only tested for a substring: SSRF', () => {
  it.each([
    'http://169.254.169.254/latest/meta-data/?discord',
    'http://[::1]:9/slack',
    'http://2852039166/discord',
    'http://0xa9fea9fe/discord',
    'http://[::ffff:10.0.0.1]/slack',
    'http://10.0.0.1/discord',
  ])('is refused and the delivery says so: %s', async (url) => {
    const tenant = aTenant();
    await record(tenant, aContext(tenant, url));
    const failed = await eventually('the refusal', async () =>
      (await deliveriesOf(tenant)).find(({ state }) => state === 'failed'),
    );
    expect(failed.lastError).toContain('no public address');
  });

  it('a redirect to somewhere else is not followed', async () => {
    const tenant = aTenant();
    const before = receiver.arrivals.length;
    receiver.answer = () => ({ status: 302, headers: { location: `${receiver.base}/inside` } });
    await record(tenant, aContext(tenant, `${receiver.base}/discord/${tenant}`));
    await eventually('the attempt', async () => {
      const [row] = await installation.rows<{ n: number }>(
        'select count(*)::int as n from delivery_attempts where tenant = $1 and status_code = 302',
        [tenant],
      );
      return row!.n > 0;
    });
    receiver.answer = () => ({ status: 204 });
    expect(receiver.arrivals.length).toBe(before + 1);
    expect(arrivalsAt('/inside')).toEqual([]);
  });
});

describe('rescan … no alert goes out', () => {
  it('does: to the webhook that the repository’s clients named last, under PatchHound’s names', async () => {
    const tenant = aTenant();
    const path = `/slack/${tenant}`;
    await digested(await record(tenant, aContext(tenant, `${receiver.base}${path}`), { byTool: {} }));
    await rescan(tenant, { new: [aFinding({ kev: true })], newKev: [aFinding({ kev: true })], presentKevCount: 1 });
    const bodies = await eventually('both alerts', () => (arrivalsAt(path).length === 2 ? arrivalsAt(path) : null));
    const texts = bodies.map((body) => (JSON.parse(body) as { text: string }).text).toSorted();
    expect(texts).toEqual([
      ':rotating_light: Scheduled Event : Kev Vulnerabilities Detected',
      ':rotating_light: Scheduled Event : Vulnerabilities Detected',
    ]);
  });

  it('does where a run could not be looked at', async () => {
    const tenant = aTenant();
    const path = `/slack/${tenant}`;
    await digested(await record(tenant, aContext(tenant, `${receiver.base}${path}`), { byTool: {} }));
    const failed = { caseId: null, subject, commitSha: null, failedAt: '2026-01-16T02:00:00.000Z' };
    const why = { status: 'not-matched', reason: 'The document is not what it says.' };
    await installation.caseEngine.run({ tenant }, async (tx) =>
      tx.publish(runRescanFailedV1, { runId: newId(), rescanId: newId(), ...failed, ...why }),
    );
    const [body] = await eventually('the alert', () => (arrivalsAt(path).length === 1 ? arrivalsAt(path) : null));
    expect(body).toContain(':rotating_light: Scheduled Event : Scan Fail');
    expect(body).toContain(why.reason);
  });

  it('but not for what is excluded or old, unless the thresholds say so', async () => {
    const tenant = aTenant();
    const path = `/slack/${tenant}`;
    await digested(await record(tenant, aContext(tenant, `${receiver.base}${path}`), { byTool: {} }));
    const old = { new: [], newCount: 0, newExceptedCount: 1 };
    await digested(await rescan(tenant, old));
    expect(await deliveriesOf(tenant)).toEqual([]);

    const both = { vulnerabilities: 'all_new_vulnerabilities', kev: 'all_not_excluded_vulnerabilities' };
    const read = (repo = ''): Promise<{ body: Record<string, unknown> }> =>
      installation.ask(tenant, 'GET', `rescan-thresholds${repo}`);
    expect((await read()).body).toMatchObject({ from: 'default', vulnerabilities: 'all_not_excluded_vulnerabilities' });
    const put = await installation.ask(tenant, 'PUT', 'rescan-thresholds?repo=acme/payments', both);
    expect(put.status).toBe(200);
    expect((await read('?repo=acme/payments')).body).toMatchObject({
      ...both,
      from: 'repository',
      repo: 'acme/payments',
    });
    expect((await read('?repo=acme/other')).body).toMatchObject({ from: 'default' });
    expect((await installation.ask(tenant, 'PUT', 'rescan-thresholds', { ...both, kev: 'some' })).status).toBe(422);
    await rescan(tenant, old);
    await eventually('the alert', () => present(arrivalsAt(path)));
  });

  it('evidence that was found changed is told there too', async () => {
    const tenant = aTenant();
    const path = `/discord/${tenant}`;
    await digested(await record(tenant, aContext(tenant, `${receiver.base}${path}`), { byTool: {} }));
    await installation.signer.run({ tenant }, async (tx) =>
      tx.publish(verificationFailedV1, {
        attestationId: null,
        digest: `sha256:${'0'.repeat(64)}`,
        reason: 'There is no attestation of the document.',
        receiptId: newId(),
        role: 'sbom',
        check: 'attestation',
        missing: true,
        occasion: 'rescan',
      }),
    );
    const [body] = await eventually('the alert', () => present(arrivalsAt(path)));
    expect(JSON.parse(body!)).toMatchObject({ embeds: [{ title: '🚨 Scheduled Event : SYFT_Attestation Missing' }] });
    expect(body).toContain('acme/payments');
  });
});

describe('a tenant that nobody asked anything of', () => {
  it('leaves nothing behind', async () => {
    const tenant = aTenant();
    await digested(await record(tenant, { ...aContext(tenant, null), name: null }));
    for (const table of ['channels', 'alerts', 'repository_webhooks', 'deliveries', 'alert_rules']) {
      expect(await installation.rows(`select from ${table} where tenant = $1`, [tenant])).toEqual([]);
    }
  });
});

function present<Item>(items: readonly Item[]): readonly Item[] | null {
  return items.length > 0 ? items : null;
}
