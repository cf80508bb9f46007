import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ArtifactStore, artifactStoreOf } from '@assay/artifacts';
import { type DataOf, findingsJudgedV1, type JudgedFinding } from '@assay/contracts';
import { InternalIdentity, internalIdentityHeader, type Role } from '@assay/identity';
import { newId, type Uuid } from '@assay/kernel';
import { Messaging } from '@assay/messaging';
import { type Database, openDatabase, runtimeUrl, Transactions } from '@assay/persistence';
import { type RunningService, startService } from '@assay/service-host';
import { createMetrics, logger } from '@assay/telemetry';
import { aDatabase, aPrefix, BusRecorder, natsUrl, testInternalKey, testMasterKey } from '@assay/testing';
import { alertingService } from '../src/index.js';

type Judged = DataOf<typeof findingsJudgedV1>;

/** A finding that the default rule wants to tell of. */
export function aFinding(changes: Partial<JudgedFinding> = {}): JudgedFinding {
  return {
    key: `vulnerability|pkg:npm/minimist|${newId()}`,
    kind: 'vulnerability',
    group: newId(),
    vulnerabilityId: 'CVE-2021-44906',
    severity: 'critical',
    kev: false,
    epss: 0.05,
    component: 'pkg:npm/minimist@1.2.5',
    fixedVersion: '1.2.6',
    target: '',
    ...changes,
  };
}

/** The real alerting on a database, a prefix and a folder of its own, with a case-engine and a signer that publish. */
export class AlertingInstallation {
  private constructor(
    readonly environment: NodeJS.ProcessEnv,
    readonly artifacts: ArtifactStore,
    readonly bus: BusRecorder,
    readonly caseEngine: Transactions,
    readonly signer: Transactions,
    private readonly messaging: Messaging,
    readonly own: Database,
    private readonly closers: (() => Promise<unknown> | void)[],
    public alerting: RunningService,
  ) {}

  static async start(changes: NodeJS.ProcessEnv = {}): Promise<AlertingInstallation> {
    const adminUrl = await aDatabase(
      { name: 'alerting', migrations: alertingService.migrations },
      { name: 'case-engine', migrations: [] },
      { name: 'signer', migrations: [] },
      { name: 'compliance', migrations: [] },
    );
    const prefix = aPrefix();
    const folder = mkdtempSync(join(tmpdir(), 'assay-alerting-'));
    const environment = {
      DATABASE_URL: adminUrl,
      NATS_URL: natsUrl(),
      NATS_PREFIX: prefix,
      ASSAY_DATA_DIR: folder,
      ASSAY_INTERNAL_KEY: testInternalKey,
      ASSAY_MASTER_KEY: testMasterKey,
      OUTBOUND_ALLOWED_NETWORKS: '127.0.0.0/8',
      LOG_LEVEL: 'fatal',
      ...changes,
    };
    const artifacts = artifactStoreOf({ driver: 'folder', directory: join(folder, 'artifacts') });
    await artifacts.start();
    const bus = await BusRecorder.start(prefix);
    const database = await openDatabase('case-engine', runtimeUrl(adminUrl, 'case-engine', testInternalKey));
    const own = await openDatabase('alerting', runtimeUrl(adminUrl, 'alerting', testInternalKey));
    const caseEngine = new Transactions(database);
    const messaging = await Messaging.start(
      { service: 'case-engine', url: natsUrl(), prefix, replicas: 1 },
      { transactions: caseEngine, logger: logger('test', { level: 'fatal' }), metrics: createMetrics('test') },
    );
    const signerDatabase = await openDatabase('signer', runtimeUrl(adminUrl, 'signer', testInternalKey));
    const signer = new Transactions(signerDatabase);
    const signerMessaging = await Messaging.start(
      { service: 'signer', url: natsUrl(), prefix, replicas: 1 },
      { transactions: signer, logger: logger('test', { level: 'fatal' }), metrics: createMetrics('test') },
    );
    const alerting = await startService(alertingService, environment);
    const closers = [
      () => messaging.stop(),
      () => signerMessaging.stop(),
      () => signerDatabase.close(),
      () => database.close(),
      () => own.close(),
      () => bus.stop(),
      () => rmSync(folder, { recursive: true, force: true }),
    ];
    return new AlertingInstallation(environment, artifacts, bus, caseEngine, signer, messaging, own, closers, alerting);
  }

  async stop(): Promise<void> {
    await this.alerting.stop();
    for (const close of this.closers) await close();
  }

  /** Publishes a judgement as case-engine does. Gives the event's id. */
  async judge(tenant: string, opened: JudgedFinding[], changes: Partial<Judged> = {}): Promise<Uuid> {
    const receiptId = newId();
    return this.caseEngine.run({ tenant, correlationId: receiptId }, async (tx) =>
      tx.publish(findingsJudgedV1, {
        receiptId,
        runId: newId(),
        caseId: 7,
        subject: { kind: 'pr', provider: 'github', org: 'acme', repo: 'payments', prId: '214' },
        commitSha: '9c1f6a0f3c0c1c2f7f0b6e3d5a4b8c7d6e5f4a3b',
        runUrl: 'https://github.com/acme/payments/actions/runs/1',
        because: 'run',
        openedCount: opened.length,
        exceptedCount: 0,
        resolvedCount: 0,
        counts: { critical: opened.length, high: 0, medium: 0, low: 0, unknown: 0, kev: 0, excluded: 0 },
        change: { opened, excepted: [], resolved: [] },
        document: null,
        ...changes,
      }),
    );
  }

  /** Puts an event on the bus once more, as a broker without memory of its id would. */
  async publishAgain(eventId: Uuid): Promise<void> {
    const [row] = await this.caseEngine.runAcrossTenants((tx) =>
      tx.query<{ subject: string; envelope: string }>('select subject, envelope from outbox where id = $1', [eventId]),
    );
    const subject = `${this.environment['NATS_PREFIX']}.${row!.subject}`;
    await this.messaging.broker.jetstream.publish(subject, row!.envelope);
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
    const response = await fetch(`${this.alerting.url}/api/v1/alerting/${path}`, {
      method,
      headers: { [internalIdentityHeader]: token, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Body };
  }

  /** Rows of alerting's own tables, across tenants. */
  async rows<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return new Transactions(this.own).runAcrossTenants((tx) => tx.query<Row>(sql, parameters));
  }
}
