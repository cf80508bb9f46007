import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ArtifactStore, artifactStoreOf } from '@assay/artifacts';
import {
  type DataOf,
  findingsJudgedV1,
  type JudgedFinding,
  type JudgementChange,
  type ServiceName,
  subjectKey,
  vulnerabilityMergedV1,
} from '@assay/contracts';
import { InternalIdentity, internalIdentityHeader, type Role } from '@assay/identity';
import { newId, platformTenant, type Uuid } from '@assay/kernel';
import { Messaging } from '@assay/messaging';
import { openDatabase, runtimeUrl, Transactions } from '@assay/persistence';
import { type RunningService, startService } from '@assay/service-host';
import { createMetrics, logger } from '@assay/telemetry';
import { aDatabase, aPrefix, BusRecorder, natsUrl, testInternalKey, testMasterKey } from '@assay/testing';
import { complianceService } from '../src/index.js';

type Judged = DataOf<typeof findingsJudgedV1>;

/** The case's version and time of a judgement, where a test says them. */
export interface Order {
  readonly version?: number;
}

export const subject = { kind: 'branch', provider: 'github', org: 'acme', repo: 'payments', branch: 'main' } as const;

export function aFinding(changes: Partial<JudgedFinding> = {}): JudgedFinding {
  const group = changes.group === undefined ? newId() : changes.group;
  return {
    key: `vulnerability|pkg:npm/minimist|${group ?? newId()}`,
    kind: 'vulnerability',
    vulnerabilityId: 'CVE-2021-44906',
    severity: 'critical',
    kev: false,
    epss: 0.05,
    component: 'pkg:npm/minimist@1.2.5',
    fixedVersion: '1.2.6',
    target: '',
    ...changes,
    group,
  };
}

interface Publisher {
  readonly transactions: Transactions;
  stop(): Promise<void>;
}

async function aPublisher(service: ServiceName, adminUrl: string, prefix: string): Promise<Publisher> {
  const database = await openDatabase(service, runtimeUrl(adminUrl, service, testInternalKey));
  const transactions = new Transactions(database);
  const messaging = await Messaging.start(
    { service, url: natsUrl(), prefix, replicas: 1 },
    { transactions, logger: logger('test', { level: 'fatal' }), metrics: createMetrics('test') },
  );
  return {
    transactions,
    async stop() {
      await messaging.stop();
      await database.close();
    },
  };
}

/** The real compliance on a database, a prefix and a folder of its own, and case-engine and scanner that publish. */
export class ComplianceInstallation {
  private constructor(
    readonly artifacts: ArtifactStore,
    readonly bus: BusRecorder,
    readonly caseEngine: Transactions,
    readonly scanner: Transactions,
    private readonly own: Transactions,
    private readonly closers: (() => Promise<unknown> | void)[],
    readonly compliance: RunningService,
  ) {}

  static async start(): Promise<ComplianceInstallation> {
    const adminUrl = await aDatabase(
      { name: 'compliance', migrations: [] },
      { name: 'case-engine', migrations: [] },
      { name: 'scanner', migrations: [] },
    );
    const prefix = aPrefix();
    const folder = mkdtempSync(join(tmpdir(), 'assay-compliance-'));
    const artifacts = artifactStoreOf({ driver: 'folder', directory: join(folder, 'artifacts') });
    await artifacts.start();
    const bus = await BusRecorder.start(prefix);
    const caseEngine = await aPublisher('case-engine', adminUrl, prefix);
    const scanner = await aPublisher('scanner', adminUrl, prefix);
    const compliance = await startService(complianceService, {
      DATABASE_URL: adminUrl,
      NATS_URL: natsUrl(),
      NATS_PREFIX: prefix,
      ASSAY_DATA_DIR: folder,
      ASSAY_INTERNAL_KEY: testInternalKey,
      ASSAY_MASTER_KEY: testMasterKey,
      LOG_LEVEL: 'fatal',
    });
    const own = await openDatabase('compliance', runtimeUrl(adminUrl, 'compliance', testInternalKey));
    const closers = [
      () => caseEngine.stop(),
      () => scanner.stop(),
      () => own.close(),
      () => bus.stop(),
      () => rmSync(folder, { recursive: true, force: true }),
    ];
    const parts = [artifacts, bus, caseEngine.transactions, scanner.transactions, new Transactions(own)] as const;
    return new ComplianceInstallation(...parts, closers, compliance);
  }

  async stop(): Promise<void> {
    await this.compliance.stop();
    for (const close of this.closers) await close();
  }

  /** Publishes a judgement as case-engine does. Gives the event's id. */
  async judge(
    tenant: string,
    change: Partial<JudgementChange>,
    { version, ...rest }: Order & Partial<Judged> = {},
  ): Promise<Uuid> {
    const { opened = [], excepted = [], resolved = [] } = change;
    const receiptId = newId();
    return this.caseEngine.run({ tenant, correlationId: receiptId }, async (tx) =>
      tx.publish(
        findingsJudgedV1,
        {
          receiptId,
          runId: newId(),
          caseId: 7,
          subject,
          commitSha: null,
          runUrl: null,
          because: 'run',
          openedCount: opened.length,
          exceptedCount: excepted.length,
          resolvedCount: resolved.length,
          counts: { critical: 0, high: 0, medium: 0, low: 0, unknown: 0, kev: 0, excluded: 0 },
          change: { opened, excepted, resolved },
          document: null,
          ...rest,
        },
        { subject: subjectKey(subject), version },
      ),
    );
  }

  /** Publishes that two groups became one, as the scanner does. */
  async merge(from: Uuid, into: Uuid): Promise<void> {
    await this.scanner.run(platformTenant, async (tx) => {
      tx.publish(vulnerabilityMergedV1, { from, into, because: 'aliases' });
    });
  }

  /** Rows of compliance's own tables, across tenants. */
  async rows<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.own.runAcrossTenants((tx) => tx.query<Row>(sql, parameters));
  }

  /** A request as the gateway passes it on for a caller of this tenant and role. */
  async ask<Body = Record<string, unknown>>(
    tenant: string,
    method: string,
    path: string,
    body?: object,
    role: Role = 'admin',
  ): Promise<{ status: number; body: Body }> {
    const token = await new InternalIdentity(testInternalKey).sign({
      tenant,
      actor: 'key:test',
      role,
      platformAdmin: false,
      scope: { repositories: null, hosts: null },
      publisher: null,
      customers: [],
      credentialId: null,
    });
    const response = await fetch(`${this.compliance.url}/api/v1/sla/${path}`, {
      method,
      headers: { [internalIdentityHeader]: token, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Body };
  }
}
