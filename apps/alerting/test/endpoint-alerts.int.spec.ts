import {
  benchmarkCompletedV1,
  type DataOf,
  type EventContract,
  type FailingRule,
  type HostRef,
  hostBackV1,
  hostSilentV1,
  type SignalGroup,
  signalsClearedV1,
  signalsRaisedV1,
} from '@assay/contracts';
import { newId } from '@assay/kernel';
import { Messaging } from '@assay/messaging';
import { openDatabase, runtimeUrl, Transactions } from '@assay/persistence';
import { createMetrics, logger } from '@assay/telemetry';
import { eventually, natsUrl, testInternalKey } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AlertingInstallation } from './alerting-installation.js';
import { Receiver } from './receiver.js';

interface Message {
  readonly type: string;
  readonly data: { readonly alert: { readonly title: string }; readonly rule: { readonly name: string } };
}

let installation: AlertingInstallation;
let compliance: Transactions;
let closers: (() => Promise<unknown>)[];
beforeAll(async () => {
  installation = await AlertingInstallation.start();
  const { DATABASE_URL, NATS_PREFIX } = installation.environment;
  const database = await openDatabase('compliance', runtimeUrl(DATABASE_URL!, 'compliance', testInternalKey));
  compliance = new Transactions(database);
  const messaging = await Messaging.start(
    { service: 'compliance', url: natsUrl(), prefix: NATS_PREFIX!, replicas: 1 },
    { transactions: compliance, logger: logger('test', { level: 'fatal' }), metrics: createMetrics('test') },
  );
  closers = [() => messaging.stop(), () => database.close()];
});
afterAll(async () => {
  await installation.stop();
  for (const close of closers) await close();
});

let tenants = 0;
async function aTenant(type = 'webhook'): Promise<{ tenant: string; receiver: Receiver }> {
  const tenant = `fleet-${(tenants += 1)}`;
  const receiver = await Receiver.start();
  const created = await installation.ask(tenant, 'POST', 'channels', { name: 'On call', type, url: receiver.url });
  expect(created.status).toBe(201);
  return { tenant, receiver };
}

async function say<Contract extends EventContract>(
  by: Transactions,
  tenant: string,
  contract: Contract,
  data: DataOf<Contract>,
) {
  await by.run(tenant, async (tx) => tx.publish(contract, data));
}

const messagesOf = ({ arrivals }: Receiver): Message[] => arrivals.map(({ body }) => JSON.parse(body) as Message);
const titlesOf = (receiver: Receiver): string[] => messagesOf(receiver).map(({ data }) => data.alert.title);

async function afterNext(receiver: Receiver, count: number): Promise<string> {
  await eventually(`message ${count}`, () => receiver.arrivals.length >= count);
  expect(receiver.arrivals).toHaveLength(count);
  return titlesOf(receiver).at(-1)!;
}

const aGroup = (changes: Partial<SignalGroup> = {}): SignalGroup => ({
  hostId: 'mbp-finance-07',
  ruleId: 'DEMO-EXEC-004',
  title: 'Script interpreter from shared folder',
  severity: 'critical',
  open: 1,
  firstAt: new Date().toISOString(),
  lastAt: new Date().toISOString(),
  newestId: newId(),
  ...changes,
});

const host: HostRef = {
  hostId: newId(),
  hostname: 'web-01.demo.example',
  friendlyName: 'Web 1',
  externalIds: [{ dialect: 'patchmon', id: 'patchmon_1' }],
  groups: [],
};
const profile = { id: newId(), name: 'level1_server', type: 'openscap' as const };
const rule = (ruleRef: string, severity: FailingRule['severity'] = 'high'): FailingRule => ({
  ruleRef,
  title: `Rule ${ruleRef}`,
  severity,
});
const listOf = (rules: FailingRule[]) => ({ count: rules.length, rules });

function aScan(
  scores: [number | null, number | null],
  failing: FailingRule[],
  newly: FailingRule[],
  changes = {},
): DataOf<typeof benchmarkCompletedV1> {
  const at = new Date().toISOString();
  return {
    scanId: newId(),
    receiptId: null,
    host,
    profile,
    status: 'completed',
    error: null,
    startedAt: at,
    completedAt: at,
    isLatest: true,
    counts: { total: 10, passed: 5, failed: 5, warnings: 0, skipped: 0, notApplicable: 0, errors: 0 },
    score: scores[1],
    effectiveScore: scores[1],
    previousScore: scores[0],
    xccdfScore: null,
    claimed: null,
    failing: listOf(failing),
    newlyFailing: listOf(newly),
    recovered: listOf([]),
    ...changes,
  };
}

describe('a critical signal', () => {
  it('no push of any kind: the page polls, nothing notifies on critical signals', async () => {
    const { tenant, receiver } = await aTenant();
    const group = aGroup();
    await say(installation.caseEngine, tenant, signalsRaisedV1, {
      groups: [group, aGroup({ ruleId: 'LOW', severity: 'high' })],
    });
    expect(await afterNext(receiver, 1)).toBe(
      'DEMO-EXEC-004: Script interpreter from shared folder (critical) in host mbp-finance-07',
    );
    expect(messagesOf(receiver)[0]).toMatchObject({
      type: 'signals.raised',
      data: { rule: { name: 'New critical signals' } },
    });

    await say(installation.caseEngine, tenant, signalsClearedV1, { groups: [{ ...group, open: 0 }] });
    expect(await afterNext(receiver, 2)).toContain('Resolved: DEMO-EXEC-004');
    const { body } = await installation.ask<{ items: { recovers: boolean; resolvedAt: string | null }[] }>(
      tenant,
      'GET',
      'alerts',
    );
    expect(body.items.map(({ recovers, resolvedAt }) => [recovers, resolvedAt !== null])).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it('whose end was heard of first is told, and its end is not told again', async () => {
    const { tenant, receiver } = await aTenant();
    const group = aGroup();
    const raisedAt = await installation.caseEngine.run(tenant, async (tx) => tx.now);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await say(installation.caseEngine, tenant, signalsClearedV1, { groups: [{ ...group, open: 0 }] });
    await eventually(
      'the end',
      async () => (await installation.rows('select 1 from incidents where tenant = $1', [tenant])).length > 0,
    );
    const [before] = await installation.rows<{ recovered_at: Date }>(
      'select recovered_at from incidents where tenant = $1',
      [tenant],
    );
    expect(before!.recovered_at.getTime()).toBeGreaterThan(raisedAt.getTime());
    expect(receiver.arrivals).toEqual([]);
    await say(installation.caseEngine, tenant, signalsRaisedV1, { groups: [group] });
    await afterNext(receiver, 1);
    await say(installation.caseEngine, tenant, signalsClearedV1, { groups: [{ ...group, open: 0 }] });
    await afterNext(receiver, 2);
  });

  it('opens and resolves one incident of PagerDuty', async () => {
    const { tenant, receiver } = await aTenant();
    const key = 'R0UT1NGKEY00000000000000000000AB';
    const pager = await Receiver.start();
    await installation.ask(tenant, 'POST', 'channels', {
      name: 'Pager',
      type: 'pagerduty',
      url: pager.url,
      secret: key,
    });
    const group = aGroup();
    await say(installation.caseEngine, tenant, signalsRaisedV1, { groups: [group] });
    await eventually('both', () => pager.arrivals.length === 1 && receiver.arrivals.length === 1);
    await say(installation.caseEngine, tenant, signalsClearedV1, { groups: [{ ...group, open: 0 }] });
    await eventually('both', () => pager.arrivals.length === 2 && receiver.arrivals.length === 2);
    const [opened, closed] = pager.arrivals.map(
      ({ body }) => JSON.parse(body) as { event_action: string; dedup_key: string },
    );
    expect([opened!.event_action, closed!.event_action]).toEqual(['trigger', 'resolve']);
    expect(closed!.dedup_key).toBe(opened!.dedup_key);
  });
});

describe('a benchmark', () => {
  it('tells of rules that begin to fail, and when none of them is left', async () => {
    const { tenant, receiver } = await aTenant();
    await say(compliance, tenant, benchmarkCompletedV1, aScan([null, 80], [rule('old')], [rule('old')]));
    await say(
      compliance,
      tenant,
      benchmarkCompletedV1,
      aScan([80, 75], [rule('old'), rule('low', 'low')], [rule('low', 'low')]),
    );
    await say(compliance, tenant, benchmarkCompletedV1, aScan([75, 72], [rule('new'), rule('old')], [rule('new')]));
    expect(await afterNext(receiver, 1)).toBe('new: Rule new (high) in host web-01.demo.example');
    await say(compliance, tenant, benchmarkCompletedV1, aScan([72, 74], [rule('old')], []));
    await say(compliance, tenant, benchmarkCompletedV1, aScan([74, 79], [rule('low', 'low')], []));
    expect(await afterNext(receiver, 2)).toContain('is over');
  });

  it('tells of a score that fell by ten points, and when they are made up for', async () => {
    const { tenant, receiver } = await aTenant();
    await say(compliance, tenant, benchmarkCompletedV1, aScan([80, 71], [], []));
    await say(compliance, tenant, benchmarkCompletedV1, aScan([80, 65.5], [], []));
    expect(await afterNext(receiver, 1)).toBe(
      'Score of level1_server fell from 80 to 65.5 in host web-01.demo.example',
    );
    await say(compliance, tenant, benchmarkCompletedV1, aScan([65.5, 79], [], []));
    await say(compliance, tenant, benchmarkCompletedV1, aScan([79, 81], [], []));
    expect(await afterNext(receiver, 2)).toContain('Score of level1_server is 81 again');
  });

  it('that came late or failed tells nothing', async () => {
    const { tenant, receiver } = await aTenant();
    await say(compliance, tenant, benchmarkCompletedV1, aScan([80, 10], [rule('x')], [rule('x')], { isLatest: false }));
    await say(compliance, tenant, benchmarkCompletedV1, aScan([80, 0], [], [], { status: 'failed' }));
    await say(compliance, tenant, benchmarkCompletedV1, aScan([80, 20], [], []));
    expect(await afterNext(receiver, 1)).toContain('fell from 80 to 20');
  });
});

describe('a silent host', () => {
  it('is told once, and once when it is back', async () => {
    const { tenant, receiver } = await aTenant();
    const lastSeenAt = new Date(Date.now() - 600_000).toISOString();
    await say(compliance, tenant, hostSilentV1, { host, lastSeenAt, silentAfterSeconds: 600 });
    expect(await afterNext(receiver, 1)).toBe('No sign of life for 10 min in host web-01.demo.example');
    await say(compliance, tenant, hostBackV1, { host, silentSince: lastSeenAt, seenAt: new Date().toISOString() });
    expect(await afterNext(receiver, 2)).toContain('Back');
    await say(compliance, tenant, hostBackV1, { host, silentSince: lastSeenAt, seenAt: new Date().toISOString() });
    await say(compliance, tenant, hostSilentV1, { host, lastSeenAt, silentAfterSeconds: 600 });
    await afterNext(receiver, 3);
  });

  it('is told by rules for any of its names, and by no other', async () => {
    const { tenant, receiver } = await aTenant();
    const { body } = await installation.ask<{ items: { id: string; name: string }[] }>(tenant, 'GET', 'rules');
    const silent = body.items.find(({ name }) => name === 'Silent hosts')!;
    await installation.ask(tenant, 'PATCH', `rules/${silent.id}`, { where: { host: 'patchmon_*' } });
    const other = { ...host, hostId: newId(), hostname: 'other', friendlyName: 'Other', externalIds: [] };
    const lastSeenAt = new Date().toISOString();
    await say(compliance, tenant, hostSilentV1, { host: other, lastSeenAt, silentAfterSeconds: 60 });
    await say(compliance, tenant, hostSilentV1, { host, lastSeenAt, silentAfterSeconds: 60 });
    expect(await afterNext(receiver, 1)).toContain('web-01.demo.example');
  });
});
