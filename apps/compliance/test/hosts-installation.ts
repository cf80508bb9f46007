import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type DataOf,
  type EventContract,
  type Envelope,
  type Heartbeat,
  heartbeatsReceivedV1,
  hostEnrolledV1,
} from '@assay/contracts';
import { InternalIdentity, internalIdentityHeader, type Principal } from '@assay/identity';
import { newId, platformTenant, type Uuid } from '@assay/kernel';
import { Messaging } from '@assay/messaging';
import { openDatabase, runtimeUrl, Transactions } from '@assay/persistence';
import { type RunningService, startService } from '@assay/service-host';
import { createMetrics, logger } from '@assay/telemetry';
import { aDatabase, aPrefix, BusRecorder, eventually, natsUrl, testInternalKey, testMasterKey } from '@assay/testing';
import { ForgetHeartbeats } from '../src/hosts/forget-heartbeats.job.js';
import { HeartbeatsStore } from '../src/hosts/heartbeats.store.js';
import { complianceService } from '../src/index.js';

/** A host as the native route shows it. */
export interface ShownHost {
  readonly id: Uuid;
  readonly hostname: string;
  readonly externalIds: readonly { readonly dialect: string; readonly id: string }[];
  readonly lastSeenAt: string | null;
  readonly silentSince: string | null;
  readonly complianceMode: string;
}

export const anAdmin = (tenant: string, changes: Partial<Principal> = {}): Principal => ({
  tenant,
  actor: 'key:admin',
  role: 'admin',
  platformAdmin: false,
  scope: { repositories: null, hosts: null },
  publisher: null,
  customers: [],
  credentialId: null,
  ...changes,
});

/** PatchMon's agent as the gateway knows it by its pair of keys. */
export const anAgent = (tenant: string, hostId: Uuid): Principal =>
  anAdmin(tenant, { role: 'agent', actor: `key:${hostId}`, scope: { repositories: null, hosts: [hostId] } });

/** The real compliance on a database and a prefix of its own, with a gateway that publishes. */
export class HostsInstallation {
  private constructor(
    readonly bus: BusRecorder,
    readonly gateway: Transactions,
    private readonly own: Transactions,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly closers: (() => Promise<unknown> | void)[],
    private compliance: RunningService,
  ) {}

  static async start(environment: NodeJS.ProcessEnv = {}): Promise<HostsInstallation> {
    const adminUrl = await aDatabase(
      { name: 'compliance', migrations: [] },
      { name: 'ingest-gateway', migrations: [] },
    );
    const prefix = aPrefix();
    const folder = mkdtempSync(join(tmpdir(), 'assay-hosts-'));
    const bus = await BusRecorder.start(prefix);
    const database = await openDatabase('ingest-gateway', runtimeUrl(adminUrl, 'ingest-gateway', testInternalKey));
    const gateway = new Transactions(database);
    const messaging = await Messaging.start(
      { service: 'ingest-gateway', url: natsUrl(), prefix, replicas: 1 },
      { transactions: gateway, logger: logger('test', { level: 'fatal' }), metrics: createMetrics('test') },
    );
    const settings = {
      DATABASE_URL: adminUrl,
      NATS_URL: natsUrl(),
      NATS_PREFIX: prefix,
      ASSAY_DATA_DIR: folder,
      ASSAY_INTERNAL_KEY: testInternalKey,
      ASSAY_MASTER_KEY: testMasterKey,
      LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'fatal',
      ...environment,
    };
    const compliance = await startService(complianceService, settings);
    const own = await openDatabase('compliance', runtimeUrl(adminUrl, 'compliance', testInternalKey));
    const closers = [
      () => messaging.stop(),
      () => database.close(),
      () => own.close(),
      () => bus.stop(),
      () => rmSync(folder, { recursive: true, force: true }),
    ];
    return new HostsInstallation(bus, gateway, new Transactions(own), settings, closers, compliance);
  }

  async stop(): Promise<void> {
    await this.compliance.stop();
    for (const close of this.closers) await close();
  }

  /** Ends compliance, runs `meanwhile`, and starts it again. */
  async without(meanwhile: () => Promise<void>): Promise<void> {
    await this.compliance.stop();
    await meanwhile();
    this.compliance = await startService(complianceService, this.environment);
  }

  /** Publishes as the gateway does. */
  async say<Contract extends EventContract>(tenant: string, contract: Contract, data: DataOf<Contract>): Promise<Uuid> {
    return this.gateway.run(tenant, async (tx) => tx.publish(contract, data));
  }

  /** Enrols a host as the gateway does for PatchMon's agents, and waits until compliance knows it. */
  async enrol(
    tenant: string,
    changes: Partial<DataOf<typeof hostEnrolledV1>> = {},
  ): Promise<{ id: Uuid; apiId: string }> {
    const id = newId();
    const apiId = `patchmon_${id.slice(-12)}${id.slice(0, 4)}`;
    const hostname = `host-${id.slice(-6)}`;
    const given = {
      hostId: id,
      apiId,
      credentialId: newId(),
      hostname,
      friendlyName: hostname,
      ...settings,
      ...changes,
    };
    await this.say(tenant, hostEnrolledV1, given);
    await eventually(`host ${given.hostId}`, async () =>
      (await this.hostsOf(tenant)).some((host) => host.id === given.hostId),
    );
    return { id: given.hostId, apiId: given.apiId ?? '' };
  }

  /** Heartbeats as the gateway sends them each second. */
  async beat(tenant: string, ...beats: Partial<Heartbeat>[]): Promise<void> {
    const receivedAt = new Date().toISOString();
    const heartbeats = beats.map((beat) => ({ ...aBeat, timestamp: receivedAt, receivedAt, ...beat }));
    await this.say(tenant, heartbeatsReceivedV1, { heartbeats });
  }

  /** What gateways say of themselves each ten seconds, up to now: what was sent before is known. */
  async gatewayBeats(sinceSeconds = 0): Promise<void> {
    const beats: Partial<Heartbeat>[] = [];
    for (let seconds = sinceSeconds; seconds >= 0; seconds -= 10) {
      const receivedAt = new Date(Date.now() - seconds * 1_000).toISOString();
      beats.push({ dialect: 'native', id: 'gateway', receivedAt });
    }
    await this.beat(platformTenant, ...beats);
  }

  /** As if the newest beat of a gateway had come so long ago. */
  async horizonWas(secondsAgo: number): Promise<void> {
    await this.rows(
      `insert into heartbeat_horizon (at, resumed_at) values (now() - make_interval(secs => $1), now() - interval '1 day')
       on conflict (singleton) do update set at = excluded.at, resumed_at = excluded.resumed_at`,
      [secondsAgo],
    );
  }

  async hostsOf(tenant: string, query = ''): Promise<ShownHost[]> {
    const { body } = await this.ask<{ items: ShownHost[] }>(anAdmin(tenant), 'GET', `/api/v1/hosts?limit=500${query}`);
    return body.items;
  }

  /** Waits until a tenant's hosts are such. */
  async hostsBecome(tenant: string, what: string, check: (hosts: ShownHost[]) => boolean): Promise<ShownHost[]> {
    return eventually(`hosts of ${tenant}: ${what}`, async () => {
      const hosts = await this.hostsOf(tenant);
      return check(hosts) && hosts;
    });
  }

  published<Contract extends EventContract>(tenant: string, { type }: Contract): Envelope<DataOf<Contract>>[] {
    return this.bus.ofType(type).filter((event) => event.tenant === tenant) as Envelope<DataOf<Contract>>[];
  }

  async rows<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.own.runAcrossTenants((tx) => tx.query<Row>(sql, parameters));
  }

  /** What the hourly job does, at once. */
  async forgetHeartbeats(days: number): Promise<void> {
    const job = new ForgetHeartbeats(this.own, new HeartbeatsStore(), {
      silentAfterMinutes: 5,
      updateIntervalMinutes: 60,
      heartbeatHistoryDays: days,
      contentDirectory: null,
    });
    await job.forget({ signal: new AbortController().signal });
  }

  /** The plan of a statement as the service runs it, under row level security, where tables are too small to be worth an index. */
  async planOf(tenant: string, sql: string, parameters: readonly unknown[]): Promise<string> {
    return this.own.run(tenant, async (tx) => {
      await tx.query('set local enable_seqscan = off');
      const rows = await tx.query<Record<string, string>>(`explain ${sql}`, parameters);
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    });
  }

  /** A request as the gateway passes it on. A body that is no object is sent as it is. */
  async ask<Body = Record<string, unknown>>(
    caller: Principal,
    method: string,
    path: string,
    body?: object | string,
  ): Promise<{ status: number; body: Body; headers: Headers }> {
    const token = await new InternalIdentity(testInternalKey).sign(caller);
    const response = await fetch(`${this.compliance.url}${path}`, {
      method,
      headers: { [internalIdentityHeader]: token, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, body: (isJson ? JSON.parse(text) : text) as Body, headers: response.headers };
  }
}

const settings = {
  complianceMode: 'on-demand',
  openscap: true,
  dockerBench: false,
  docker: false,
  groups: [],
  tenantUsers: [],
} satisfies Partial<DataOf<typeof hostEnrolledV1>>;

const aBeat: Heartbeat = {
  dialect: 'santamon',
  id: 'mbp-1',
  timestamp: '',
  receivedAt: '',
  version: '1.2.0',
  osVersion: '15.1',
  uptimeSeconds: 30.5,
  connected: false,
};
