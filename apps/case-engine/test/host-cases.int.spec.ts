import {
  benchmarkCompletedV1,
  caseChangedV1,
  type DataOf,
  type EventContract,
  hostChangedV1,
  type HostRef,
} from '@assay/contracts';
import { newId } from '@assay/kernel';
import { Messaging } from '@assay/messaging';
import { openDatabase, runtimeUrl, Transactions } from '@assay/persistence';
import { createMetrics, logger } from '@assay/telemetry';
import { eventually, natsUrl, testInternalKey } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aSignal } from './signals.js';
import { type NativePage, SignalsInstallation } from './signals-installation.js';

interface HostCaseBody {
  readonly host: { id: string; hostname: string; externalIds: string[] };
  readonly case: { id: number; status: string } | null;
  readonly signals: { open: number; rules: number; groups: { ruleId: string; severity: string; open: number }[] };
  readonly failingRules: {
    count: number;
    profiles: { profileName: string; failing: number; rules: { ruleRef: string }[] }[];
  };
  readonly software: { counts: Record<string, number>; findings: unknown[] };
}

let assay: SignalsInstallation;
let compliance: Transactions;
let closers: (() => Promise<unknown>)[];
beforeAll(async () => {
  assay = await SignalsInstallation.start();
  const { DATABASE_URL, NATS_PREFIX } = assay.engine.environment;
  const database = await openDatabase('compliance', runtimeUrl(DATABASE_URL!, 'compliance', testInternalKey));
  compliance = new Transactions(database);
  const messaging = await Messaging.start(
    { service: 'compliance', url: natsUrl(), prefix: NATS_PREFIX!, replicas: 1 },
    { transactions: compliance, logger: logger('test', { level: 'fatal' }), metrics: createMetrics('test') },
  );
  closers = [() => messaging.stop(), () => database.close()];
});
afterAll(async () => {
  await assay.stop();
  for (const close of closers) await close();
});

let hosts = 0;

/** A host that Santamon and PatchMon know by ids of their own. */
function aHost(changes: Partial<HostRef> = {}): HostRef {
  hosts += 1;
  const hostname = `host-${hosts}.corp.example`;
  const externalIds = [
    { dialect: 'santamon' as const, id: `mac-${hosts}` },
    { dialect: 'patchmon' as const, id: `patchmon_${hosts}` },
  ];
  return { hostId: newId(), hostname, friendlyName: `Host ${hosts}`, externalIds, groups: [], ...changes };
}

async function say<Contract extends EventContract>(contract: Contract, data: DataOf<Contract>, version?: number) {
  await compliance.run('acme', async (tx) => tx.publish(contract, data, { version }));
}

const tell = (host: HostRef, version = 1, changes: Partial<DataOf<typeof hostChangedV1>> = {}) =>
  say(
    hostChangedV1,
    {
      host,
      joined: [],
      complianceMode: 'on-demand',
      openscap: true,
      dockerBench: false,
      docker: false,
      tenantUsers: [],
      removed: false,
      ...changes,
    },
    version,
  );

const santamonId = (host: HostRef): string => host.externalIds.find(({ dialect }) => dialect === 'santamon')!.id;
const read = (id: string): Promise<HostCaseBody> => assay.get<HostCaseBody>(`/api/v1/host-cases/${id}`);

/** The host's case once it is as wanted. */
const once = (what: string, id: string, isIt: (body: HostCaseBody) => boolean): Promise<HostCaseBody> =>
  eventually(what, async () => {
    const body = await read(id).catch(() => null);
    return body !== null && isIt(body) && body;
  });

describe('the case of a host', () => {
  it('is one, whatever rules match there and how often', async () => {
    const host = aHost();
    await tell(host);
    const hostId = santamonId(host);
    await assay.accept(
      Array.from({ length: 30 }, (_, n) =>
        aSignal({ hostId, ruleId: `R-${n % 3}`, severity: n % 3 === 0 ? 'critical' : 'low' }),
      ),
    );
    const body = await once(
      'three rules',
      hostId,
      ({ signals, case: kase }) => signals.rules === 3 && kase?.status === 'OPEN',
    );
    expect(body.signals).toMatchObject({
      open: 30,
      groups: [{ ruleId: 'R-0', severity: 'critical', open: 10 }, {}, {}],
    });
    await assay.accept([aSignal({ hostId, ruleId: 'R-1' })]);
    await once('one more', hostId, ({ signals }) => signals.open === 31);
    const cases = await assay.sql(
      `select subject->>'hostId' as id from cases where subject->>'kind' = 'host' and subject->>'hostId' = $1`,
      [host.hostId],
    );
    expect(cases).toEqual([{ id: host.hostId }]);
    const told = assay.said(caseChangedV1).filter(({ caseId }) => caseId === body.case!.id);
    expect(told.at(-1)).toMatchObject({
      status: 'OPEN',
      signalGroups: 3,
      subject: { kind: 'host', hostId: host.hostId },
    });
  });

  it('is found by any id of the host, and by its name', async () => {
    const host = aHost();
    await tell(host);
    for (const id of [host.hostId, santamonId(host), host.externalIds[1]!.id, host.hostname.toUpperCase()]) {
      expect((await once(id, id, () => true)).host).toMatchObject({ id: host.hostId, hostname: host.hostname });
    }
    expect((await assay.engine.ask('analyst', '/api/v1/host-cases/nobody')).status).toBe(404);
  });

  it('is resolved with the last of its signals, and opens with the next', async () => {
    const host = aHost();
    await tell(host);
    const hostId = santamonId(host);
    await assay.accept([aSignal({ hostId }), aSignal({ hostId })]);
    await once('open', hostId, (body) => body.case?.status === 'OPEN');
    const { items } = await assay.get<NativePage>(`/api/v1/signals?host=${hostId}`);
    for (const { id } of items) {
      const { status } = await assay.send('PATCH', `/api/v1/signals/${id}`, {
        status: 'resolved',
        reason: 'benign',
        comment: 'Known',
      });
      expect(status).toBe(200);
    }
    await once('resolved', hostId, (body) => body.case?.status === 'RESOLVED' && body.signals.open === 0);
    await assay.accept([aSignal({ hostId })]);
    await once('open again', hostId, (body) => body.case?.status === 'OPEN');
  });

  it('comes when compliance has told of the host, however late', async () => {
    const host = aHost();
    const hostId = santamonId(host);
    await assay.accept([aSignal({ hostId })]);
    await tell(host);
    const { signals } = await once(
      'the case',
      host.hostId,
      (body) => body.case?.status === 'OPEN' && body.signals.rules === 1,
    );
    expect(signals.groups).toMatchObject([{ hostId }]);
  });

  it('of a host that turned out to be another goes over to that', async () => {
    const [one, other] = [aHost(), aHost()];
    await tell(one);
    await tell(other);
    await assay.accept([aSignal({ hostId: santamonId(other) })]);
    const before = await once('its own case', other.hostId, (body) => body.case?.status === 'OPEN');
    await tell({ ...one, externalIds: [...one.externalIds, ...other.externalIds] }, 2, { joined: [other.hostId] });
    await once('the case of both', one.hostId, (body) => body.case?.status === 'OPEN' && body.signals.rules === 1);
    const [left] = await assay.sql('select status from cases where id = $1', [before.case!.id]);
    expect(left).toEqual({ status: 'RESOLVED' });
    expect((await read(santamonId(other))).host.id).toBe(one.hostId);
  });

  it('shows failing rules beside signals, by the newest scan of each profile', async () => {
    const host = aHost();
    await tell(host);
    const profile = { id: newId(), name: 'level1_server', type: 'openscap' as const };
    const rule = (ruleRef: string) => ({ ruleRef, title: ruleRef, severity: 'high' as const });
    const scan = (at: string, refs: string[]): DataOf<typeof benchmarkCompletedV1> => ({
      scanId: newId(),
      receiptId: null,
      host,
      profile,
      status: 'completed',
      error: null,
      startedAt: at,
      completedAt: at,
      isLatest: true,
      counts: {
        total: 9,
        passed: 9 - refs.length,
        failed: refs.length,
        warnings: 0,
        skipped: 0,
        notApplicable: 0,
        errors: 0,
      },
      score: 50,
      effectiveScore: 50,
      xccdfScore: null,
      previousScore: null,
      claimed: null,
      failing: { count: refs.length, rules: refs.map(rule) },
      newlyFailing: { count: 0, rules: [] },
      recovered: { count: 0, rules: [] },
    });
    await say(benchmarkCompletedV1, scan('2026-10-02T00:00:00.000Z', ['a', 'b']));
    await once('two rules', host.hostId, ({ failingRules }) => failingRules.count === 2);
    await say(benchmarkCompletedV1, scan('2026-10-01T00:00:00.000Z', ['c']));
    await say(benchmarkCompletedV1, scan('2026-10-03T00:00:00.000Z', ['b']));
    const { failingRules, case: kase } = await once('one rule', host.hostId, (body) => body.failingRules.count === 1);
    expect(failingRules.profiles).toMatchObject([
      { profileName: 'level1_server', failing: 1, rules: [{ ruleRef: 'b' }] },
    ]);
    expect(kase).toBeNull();
    // What failed on a host that turns out to be another fails on that one.
    const other = aHost();
    await tell(other, 1, { joined: [host.hostId] });
    await once('the same on the other', other.hostId, (body) => body.failingRules.count === 1);
  });
});
