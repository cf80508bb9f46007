import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type ArtifactStore, artifactStoreOf } from '@assay/artifacts';
import {
  benchmarkCompletedV1,
  type BenchmarkForm,
  benchmarkSubmittedV1,
  type DataOf,
  type Envelope,
  type EventContract,
  exceptionEndedV1,
  exceptionGrantedV1,
  hostEnrolledV1,
  type ServiceName,
} from '@assay/contracts';
import { InternalIdentity, internalIdentityHeader, type Principal } from '@assay/identity';
import { newId, type Uuid } from '@assay/kernel';
import { Messaging } from '@assay/messaging';
import { openDatabase, runtimeUrl, Transactions } from '@assay/persistence';
import { type RunningService, startService } from '@assay/service-host';
import { createMetrics, logger } from '@assay/telemetry';
import { aDatabase, aPrefix, BusRecorder, eventually, natsUrl, testInternalKey, testMasterKey } from '@assay/testing';
import { ProfilesStore } from '../src/benchmarks/profiles.store.js';
import { ScanChangesStore } from '../src/benchmarks/scan-changes.store.js';
import { StartedScans } from '../src/benchmarks/started-scans.service.js';
import { StartedScansStore } from '../src/benchmarks/started-scans.store.js';
import { TellScans } from '../src/benchmarks/tell-scans.service.js';
import { complianceService } from '../src/index.js';
import { anAdmin } from './hosts-installation.js';

export type Completed = DataOf<typeof benchmarkCompletedV1>;

/** One result as PatchMon's agent sends it. */
export interface SentResult {
  readonly rule_ref: string;
  readonly status: string;
  readonly title?: string;
  readonly severity?: string;
  readonly section?: string;
  readonly description?: string;
  readonly finding?: string;
  readonly remediation?: string;
}

let minutes = 0;

/** A scan as PatchMon's agent sends it, each a minute after the one before. */
export function aScan(results: readonly SentResult[] | null, changes: Record<string, unknown> = {}): object {
  minutes += 1;
  const startedAt = new Date(Date.UTC(2026, 9, 1) + minutes * 60_000).toISOString();
  return {
    profile_name: 'level1_server',
    profile_type: 'openscap',
    status: 'completed',
    started_at: startedAt,
    completed_at: new Date(Date.parse(startedAt) + 1_000).toISOString(),
    results,
    ...changes,
  };
}

/** What commands use to show scans as running. */
export function startedScans(): StartedScans {
  return new StartedScans(new StartedScansStore(), new ProfilesStore(), new TellScans(new ScanChangesStore()));
}

/** Results of rules by status: `{ fail: ['a'], pass: ['b'] }`. */
export function ofRules(refs: Partial<Record<string, readonly string[]>>, severity = 'medium'): SentResult[] {
  return Object.entries(refs).flatMap(([status, rules = []]) =>
    rules.map((rule_ref) => ({ rule_ref, status, title: `Rule ${rule_ref}`, severity })),
  );
}

/** A document of `test/fixtures/compliance`, unpacked. */
export function fixture(name: string): Buffer {
  const bytes = readFileSync(new URL(`../../../test/fixtures/compliance/${name}`, import.meta.url));
  return name.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

async function aPublisher(service: ServiceName, adminUrl: string, prefix: string) {
  const database = await openDatabase(service, runtimeUrl(adminUrl, service, testInternalKey));
  const transactions = new Transactions(database);
  const messaging = await Messaging.start(
    { service, url: natsUrl(), prefix, replicas: 1 },
    { transactions, logger: logger('test', { level: 'fatal' }), metrics: createMetrics('test') },
  );
  const stop = async (): Promise<void> => {
    await messaging.stop();
    await database.close();
  };
  return { transactions, stop };
}

/** The real compliance on a database and a prefix of its own, with a gateway and a case-engine that publish. */
export class BenchmarksInstallation {
  private constructor(
    readonly bus: BusRecorder,
    readonly artifacts: ArtifactStore,
    readonly gateway: Transactions,
    readonly caseEngine: Transactions,
    readonly own: Transactions,
    readonly compliance: RunningService,
    readonly adminUrl: string,
    private readonly closers: (() => Promise<unknown> | void)[],
  ) {}

  static async start(environment: NodeJS.ProcessEnv = {}): Promise<BenchmarksInstallation> {
    const adminUrl = await aDatabase(
      { name: 'compliance', migrations: [] },
      { name: 'ingest-gateway', migrations: [] },
      { name: 'case-engine', migrations: [] },
    );
    const prefix = aPrefix();
    const folder = mkdtempSync(join(tmpdir(), 'assay-benchmarks-'));
    const artifacts = artifactStoreOf({ driver: 'folder', directory: join(folder, 'artifacts') });
    await artifacts.start();
    const bus = await BusRecorder.start(prefix);
    const gateway = await aPublisher('ingest-gateway', adminUrl, prefix);
    const caseEngine = await aPublisher('case-engine', adminUrl, prefix);
    const compliance = await startService(complianceService, {
      DATABASE_URL: adminUrl,
      NATS_URL: natsUrl(),
      NATS_PREFIX: prefix,
      ASSAY_DATA_DIR: folder,
      ASSAY_INTERNAL_KEY: testInternalKey,
      ASSAY_MASTER_KEY: testMasterKey,
      LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'fatal',
      ...environment,
    });
    const own = await openDatabase('compliance', runtimeUrl(adminUrl, 'compliance', testInternalKey));
    const closers = [
      () => compliance.stop(),
      () => gateway.stop(),
      () => caseEngine.stop(),
      () => own.close(),
      () => bus.stop(),
      () => rmSync(folder, { recursive: true, force: true }),
    ];
    const publishers = [gateway.transactions, caseEngine.transactions, new Transactions(own)] as const;
    return new BenchmarksInstallation(bus, artifacts, ...publishers, compliance, adminUrl, closers);
  }

  async stop(): Promise<void> {
    for (const close of this.closers) await close();
  }

  /** Enrols a host as the gateway does, and waits until compliance knows it. */
  async enrol(tenant: string, changes: Partial<DataOf<typeof hostEnrolledV1>> = {}): Promise<Uuid> {
    const hostId = changes.hostId ?? newId();
    const hostname = `host-${hostId.slice(-6)}`;
    const given = { hostId, apiId: `patchmon_${hostId.slice(-12)}0000`, credentialId: newId(), hostname };
    const settings = { complianceMode: 'on-demand', openscap: true, dockerBench: true, docker: true } as const;
    await this.gateway.run(tenant, async (tx) =>
      tx.publish(hostEnrolledV1, {
        ...given,
        friendlyName: hostname,
        ...settings,
        groups: [],
        tenantUsers: [],
        ...changes,
      }),
    );
    await eventually(`host ${hostId}`, async () => (await this.rows('select 1 from hosts where id = $1', [hostId]))[0]);
    return hostId;
  }

  /** Puts a document and publishes it as the gateway does. Gives the receipt's id. */
  async send(
    tenant: string,
    hostId: Uuid | null,
    document: object | Uint8Array,
    changes: Partial<DataOf<typeof benchmarkSubmittedV1>> = {},
  ): Promise<Uuid> {
    const bytes = document instanceof Uint8Array ? document : Buffer.from(JSON.stringify(document));
    const ref = await this.artifacts.put(tenant, bytes, 'application/octet-stream');
    const receiptId = newId();
    const form: BenchmarkForm = 'patchmon';
    const submission = {
      receiptId,
      form,
      document: { ...ref, role: 'benchmark' },
      hostId,
      hostname: null,
      scanIds: [],
    };
    await this.gateway.run({ tenant, correlationId: receiptId }, async (tx) =>
      tx.publish(benchmarkSubmittedV1, { ...submission, acceptedAt: new Date().toISOString(), ...changes }),
    );
    return receiptId;
  }

  /** Sends a document and waits for the events of so many scans of it. */
  async record(
    tenant: string,
    hostId: Uuid | null,
    document: object | Uint8Array,
    changes: Partial<DataOf<typeof benchmarkSubmittedV1>> = {},
    scans = 1,
  ): Promise<Completed[]> {
    const receiptId = await this.send(tenant, hostId, document, changes);
    return this.recorded(receiptId, scans);
  }

  /** The events of so many scans of a receipt, once they are there. */
  async recorded(receiptId: Uuid, scans = 1): Promise<Completed[]> {
    return eventually(`${scans} scans of ${receiptId}`, () => {
      const events = this.bus.ofType(benchmarkCompletedV1.type).filter((event) => event.correlationid === receiptId);
      return events.length >= scans && events.map(({ data }) => data as Completed);
    });
  }

  /** Waits until a receipt's stage has ended. */
  async ended(receiptId: Uuid): Promise<void> {
    await eventually(`the stage of ${receiptId}`, () =>
      this.bus
        .ofType('shared.receipt.progressed.v1')
        .some(({ data }) => (data as { receiptId: Uuid }).receiptId === receiptId),
    );
  }

  /** Grants a waiver as case-engine does. Gives its id. */
  async waive(tenant: string, rule: string, where: Partial<DataOf<typeof exceptionGrantedV1>['where']>): Promise<Uuid> {
    const exceptionId = newId();
    const nowhere = { provider: null, org: null, repo: null, image: null, purl: null };
    await this.caseEngine.run(tenant, async (tx) =>
      tx.publish(exceptionGrantedV1, {
        exceptionId,
        what: { kind: 'rule', id: rule, group: null },
        where: { kind: 'tenant', ...nowhere, ...where },
        reason: 'A compensating control',
        expiresAt: null,
      }),
    );
    return exceptionId;
  }

  async endWaiver(tenant: string, exceptionId: Uuid, because: 'withdrawn' | 'expired' = 'withdrawn'): Promise<void> {
    await this.caseEngine.run(tenant, async (tx) => tx.publish(exceptionEndedV1, { exceptionId, because }));
  }

  published<Contract extends EventContract>(tenant: string, { type }: Contract): Envelope<DataOf<Contract>>[] {
    return this.bus.ofType(type).filter((event) => event.tenant === tenant) as Envelope<DataOf<Contract>>[];
  }

  /** Rows of compliance's own tables, across tenants. */
  async rows<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.own.runAcrossTenants((tx) => tx.query<Row>(sql, parameters));
  }

  /**
   * What the tables that dashboards read say, and what they must say by all results of the latest scans. Whoever changed
   * scans compares the two.
   */
  async totals(tenant: string): Promise<{ kept: object[]; counted: object[] }> {
    const kept = await this.rows<object>(
      `select r.rule_ref, t.hosts, t.passing, t.failing, t.warning, t.errors, t.waived
         from benchmark_rule_totals t join benchmark_rules r on r.tenant = t.tenant and r.key = t.rule_key
        where t.tenant = $1 and t.hosts + t.passing + t.failing + t.warning + t.errors + t.waived > 0 order by 1`,
      [tenant],
    );
    const counted = await this.rows<object>(
      `select r.rule_ref, count(*)::int as hosts, count(*) filter (where b.status = 'pass')::int as passing,
              count(*) filter (where b.status = 'fail')::int as failing,
              count(*) filter (where b.status = 'warn')::int as warning,
              count(*) filter (where b.status = 'error')::int as errors, count(*) filter (where b.waived)::int as waived
         from benchmark_latest l join benchmark_results b on b.tenant = l.tenant and b.scan_id = l.scan_id
         join benchmark_rules r on r.tenant = b.tenant and r.key = b.rule_key
        where l.tenant = $1 group by 1 order by 1`,
      [tenant],
    );
    return { kept, counted };
  }

  async post(tenant: string, path: string, body: object): Promise<{ status: number }> {
    return this.ask(tenant, path, 'POST', body);
  }

  /** A request as the gateway passes it on. */
  async ask<Body = Record<string, unknown>>(
    caller: Principal | string,
    path: string,
    method = 'GET',
    sent?: object,
  ): Promise<{ status: number; body: Body; headers: Headers }> {
    const principal = typeof caller === 'string' ? anAdmin(caller) : caller;
    const token = await new InternalIdentity(testInternalKey).sign(principal);
    const response = await fetch(`${this.compliance.url}${path}`, {
      method,
      headers: { [internalIdentityHeader]: token, ...(sent && { 'content-type': 'application/json' }) },
      ...(sent && { body: JSON.stringify(sent) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, body: (isJson ? JSON.parse(text) : text) as Body, headers: response.headers };
  }
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}
