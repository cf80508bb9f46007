import { type DataOf, clockStartedV1, clockStoppedV1, type Envelope, judgementMediaType } from '@assay/contracts';
import { newId } from '@assay/kernel';
import { eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aFinding, ComplianceInstallation, subject } from './compliance-installation.js';

type Started = Envelope<DataOf<typeof clockStartedV1>>;
type Stopped = Envelope<DataOf<typeof clockStoppedV1>>;

interface Clock {
  readonly id: string;
  readonly status: string;
  readonly group: string | null;
  readonly severity: string;
  readonly startedAt: string;
  readonly dueAt: string | null;
  readonly breachedAt: string | null;
  readonly subject: object;
}

let installation: ComplianceInstallation;
beforeAll(async () => {
  installation = await ComplianceInstallation.start();
});
afterAll(() => installation.stop());

let tenants = 0;
const aTenant = (): string => `tenant-${(tenants += 1)}`;

async function clocksOf(tenant: string, query = ''): Promise<Clock[]> {
  return (await installation.ask<{ items: Clock[] }>(tenant, 'GET', `clocks?limit=500${query}`)).body.items;
}

/** Waits until the tenant's clocks have exactly these states, sorted. */
async function clocksBecome(tenant: string, ...statuses: string[]): Promise<Clock[]> {
  return eventually(`clocks of ${tenant} become ${statuses.join()}`, async () => {
    const clocks = await clocksOf(tenant);
    const found = clocks.map(({ status }) => status).toSorted();
    return JSON.stringify(found) === JSON.stringify(statuses.toSorted()) && clocks;
  });
}

const published = <Event>(tenant: string, type: string): Event[] =>
  installation.bus.ofType(type).filter((event) => event.tenant === tenant) as Event[];

const dayMs = 86_400_000;

describe('a judgement', () => {
  it('starts a clock for what it opened and stops it when it is resolved', async () => {
    const tenant = aTenant();
    const finding = aFinding();
    const eventId = await installation.judge(tenant, { opened: [finding] }, { version: 1 });
    const [clock] = await clocksBecome(tenant, 'running');
    expect(clock).toMatchObject({ group: finding.group, severity: 'critical', subject });
    expect(Date.parse(clock!.dueAt!) - Date.parse(clock!.startedAt)).toBe(7 * dayMs);

    const started = await eventually(
      'clock.started',
      () => published<Started>(tenant, 'compliance.clock.started.v1')[0],
    );
    expect(started.data).toMatchObject({ subject, because: 'opened', clocks: [{ clockId: clock!.id }] });
    const judged = installation.bus.events.find(({ id }) => id === eventId)!;
    expect(started.correlationid).toBe(judged.correlationid);
    expect(started.traceparent!.split('-')[1]).toBe(judged.traceparent!.split('-')[1]);
    const progress = published<Envelope>(tenant, 'shared.receipt.progressed.v1')[0];
    expect(progress!.data).toMatchObject({ stage: 'clock', receiptId: judged.correlationid });

    await installation.judge(tenant, { resolved: [finding] }, { version: 2 });
    await clocksBecome(tenant, 'stopped');
    const stopped = await eventually(
      'clock.stopped',
      () => published<Stopped>(tenant, 'compliance.clock.stopped.v1')[0],
    );
    expect(stopped.data).toMatchObject({ because: 'resolved', clocks: [{ clockId: clock!.id, dueAt: clock!.dueAt }] });
  });

  it('of 500 findings is told in a few events, and each clock is there', async () => {
    const tenant = aTenant();
    const opened = Array.from({ length: 500 }, () => aFinding({ severity: 'high' }));
    const bytes = Buffer.from(JSON.stringify({ opened, excepted: [], resolved: [] }));
    const document = await installation.artifacts.put(tenant, bytes, judgementMediaType);
    await installation.judge(tenant, {}, { version: 1, openedCount: 500, change: null, document });
    await eventually('all clocks', async () => (await clocksOf(tenant)).length === 500);
    const events = await eventually('the events', () => {
      const found = published<Started>(tenant, 'compliance.clock.started.v1');
      return found.length === 5 && found;
    });
    expect(new Set(events.flatMap(({ data }) => data.clocks.map(({ clockId }) => clockId))).size).toBe(500);
  });

  it('of one vulnerability in two components runs one clock, until both are resolved', async () => {
    const tenant = aTenant();
    const group = newId();
    const [one, other] = ['a', 'b'].map((name) => aFinding({ group, key: `vulnerability|pkg:npm/${name}|${group}` }));
    await installation.judge(tenant, { opened: [one!, other!] }, { version: 1 });
    await clocksBecome(tenant, 'running');
    await installation.judge(tenant, { resolved: [one!] }, { version: 2 });
    await installation.judge(tenant, { opened: [aFinding()] }, { version: 3 });
    await clocksBecome(tenant, 'running', 'running');
    await installation.judge(tenant, { resolved: [other!] }, { version: 4 });
    const [stopped] = (await clocksBecome(tenant, 'running', 'stopped')).filter(({ status }) => status === 'stopped');
    expect(stopped!.group).toBe(group);
  });

  it('that comes late does not stop a clock that a newer one started', async () => {
    const tenant = aTenant();
    const finding = aFinding();
    await installation.judge(tenant, { opened: [finding] }, { version: 5 });
    await clocksBecome(tenant, 'running');
    await installation.judge(tenant, { resolved: [finding] }, { version: 4 });
    await installation.judge(tenant, { opened: [aFinding()] }, { version: 6 });
    const clocks = await clocksBecome(tenant, 'running', 'running');
    expect(clocks.map(({ group }) => group)).toContain(finding.group);
  });

  it('without a subject starts nothing', async () => {
    const tenant = aTenant();
    await installation.judge(tenant, { opened: [aFinding()] }, { subject: null });
    await installation.judge(tenant, { opened: [aFinding()] }, { version: 1 });
    await clocksBecome(tenant, 'running');
    expect(await installation.rows('select from dead_letters')).toHaveLength(0);
  });
});

describe('an exception', () => {
  it('pauses the clock, and the time until it ends does not count', async () => {
    const tenant = aTenant();
    const finding = aFinding();
    await installation.judge(tenant, { opened: [finding] }, { version: 1 });
    const [running] = await clocksBecome(tenant, 'running');
    await installation.judge(tenant, { excepted: [finding] }, { version: 2, because: 'exception' });
    const [paused] = await clocksBecome(tenant, 'paused');
    expect(paused!.dueAt).toBeNull();
    const [pause] = await eventually('clock.stopped', () => {
      const found = published<Stopped>(tenant, 'compliance.clock.stopped.v1');
      return found.length > 0 && found;
    });
    expect(pause!.data).toMatchObject({ because: 'excepted', clocks: [{ clockId: running!.id }] });

    await installation.judge(tenant, { opened: [finding] }, { version: 3, because: 'exception' });
    const [resumed] = await clocksBecome(tenant, 'running');
    expect([resumed!.id, resumed!.startedAt]).toEqual([running!.id, running!.startedAt]);
    expect(Date.parse(resumed!.dueAt!)).toBeGreaterThan(Date.parse(running!.dueAt!));
    await eventually('clock.started again', () =>
      published<Started>(tenant, 'compliance.clock.started.v1').some(({ data }) => data.because === 'resumed'),
    );
  });
});

describe('a policy', () => {
  it('is 7, 30, 90 and 180 days until the tenant says otherwise; nonsense is refused', async () => {
    const tenant = aTenant();
    const days = { critical: 7, high: 30, medium: 90, low: 180, unknown: null };
    expect((await installation.ask(tenant, 'GET', 'policies')).body).toEqual({
      days,
      updatedAt: null,
      updatedBy: null,
    });
    const refused = await installation.ask(tenant, 'PUT', 'policies', { days: { critical: -1, high: 'soon' } });
    expect(refused.status).toBe(422);
    expect((await installation.ask(tenant, 'PUT', 'policies', { days }, 'viewer')).status).toBe(403);
  });

  it('gives every running clock its new date in the same moment', async () => {
    const tenant = aTenant();
    await installation.judge(tenant, { opened: [aFinding(), aFinding({ severity: 'unknown' })] }, { version: 1 });
    await clocksBecome(tenant, 'running', 'running');
    const put = await installation.ask(tenant, 'PUT', 'policies', { days: { critical: 1, unknown: 2 } });
    expect(put.body).toMatchObject({ days: { critical: 1, high: 30, unknown: 2 }, updatedBy: 'key:test' });
    const days = (await clocksOf(tenant)).map(
      ({ severity, startedAt, dueAt }) => [severity, (Date.parse(dueAt!) - Date.parse(startedAt)) / dayMs] as const,
    );
    expect(Object.fromEntries(days)).toEqual({ critical: 1, unknown: 2 });
    await eventually('the event', () => published(tenant, 'compliance.sla-policy.changed.v1').length === 1);
  });

  it('of no days breaches at once, once, and the violation ends when it is resolved', async () => {
    const tenant = aTenant();
    const finding = aFinding();
    await installation.ask(tenant, 'PUT', 'policies', { days: { critical: 0 } });
    await installation.judge(tenant, { opened: [finding, aFinding({ severity: 'low' })] }, { version: 1 });
    const breached = await eventually(
      'sla.breached',
      () => published<Envelope>(tenant, 'compliance.sla.breached.v1')[0],
    );
    expect(breached.data).toMatchObject({ subject, severity: 'critical', group: finding.group });
    const path = 'violations?severity=critical';
    const violations = await installation.ask<{ items: { endedAt: string | null }[] }>(tenant, 'GET', path);
    expect(violations.body.items).toMatchObject([{ vulnerabilityId: finding.vulnerabilityId, endedAt: null }]);
    expect(await clocksOf(tenant, '&status=breached')).toHaveLength(1);

    await installation.judge(tenant, { resolved: [finding] }, { version: 2 });
    await clocksBecome(tenant, 'running', 'stopped');
    const ended = await installation.ask<{ items: { endedAt: string | null }[] }>(tenant, 'GET', path);
    expect(ended.body.items[0]!.endedAt).not.toBeNull();

    // It had gone only until the rest of the run came: the same debt goes on, with its start and its one violation.
    await installation.judge(tenant, { opened: [{ ...finding, again: true }] }, { version: 3 });
    const goingOn = await clocksBecome(tenant, 'running', 'running');
    expect(goingOn.find(({ group }) => group === finding.group)).toMatchObject({
      startedAt: (breached.data as { startedAt: string }).startedAt,
      breachedAt: expect.any(String),
    });
    expect((await installation.ask<typeof violations.body>(tenant, 'GET', path)).body.items).toMatchObject([
      { endedAt: null },
    ]);
    expect((await installation.ask<{ items: unknown[] }>('stranger', 'GET', path)).body.items).toEqual([]);
    expect(published(tenant, 'compliance.sla.breached.v1')).toHaveLength(1);
  });
});

describe('two groups that turn out to be one vulnerability', () => {
  it('have one clock from then on, with the earlier start; a judgement that names the old one meets it', async () => {
    const tenant = aTenant();
    const [from, into] = [newId(), newId()];
    const [old, current] = [
      aFinding({ group: from }),
      aFinding({ group: into, key: `vulnerability|pkg:npm/b|${into}` }),
    ];
    const elsewhere = { ...subject, branch: 'other' };
    await installation.judge(tenant, { opened: [old] }, { version: 1 });
    await clocksBecome(tenant, 'running');
    await installation.judge(tenant, { opened: [old] }, { version: 1, subject: elsewhere });
    await installation.judge(tenant, { opened: [current] }, { version: 2 });
    const before = await clocksBecome(tenant, 'running', 'running', 'running');
    const earliest = before.map(({ startedAt }) => startedAt).toSorted()[0];

    await installation.merge(from, into);
    const after = await clocksBecome(tenant, 'running', 'running');
    expect(after.map(({ group }) => group)).toEqual([into, into]);
    expect(after.map(({ startedAt }) => startedAt)).toContain(earliest);

    await installation.judge(tenant, { resolved: [old] }, { version: 2, subject: elsewhere });
    await clocksBecome(tenant, 'running', 'stopped');
    await installation.judge(tenant, { resolved: [old] }, { version: 3 });
    await installation.judge(tenant, { resolved: [current] }, { version: 4 });
    await clocksBecome(tenant, 'stopped', 'stopped');
  });
});
