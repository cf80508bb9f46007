import 'reflect-metadata';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type DataOf,
  gateDecidedV1,
  receiptFailedV1,
  receiptProgressedV1,
  type ServiceName,
  type Verdict,
} from '@assay/contracts';
import { Messaging } from '@assay/messaging';
import { type Database, openDatabase, runtimeUrl, Transactions } from '@assay/persistence';
import { type RunningService, startService } from '@assay/service-host';
import { createMetrics, logger } from '@assay/telemetry';
import { aDatabase, aPrefix, natsUrl, testInternalKey, testMasterKey } from '@assay/testing';
import { newId, type Uuid } from '@assay/kernel';
import { ingestGatewayService } from '../src/service.js';

/** A database, a prefix on the bus and a data folder, in which gateways and other services are started. */
export class Installation {
  private readonly stops: (() => Promise<void>)[] = [];

  private constructor(
    readonly databaseUrl: string,
    readonly prefix: string,
    readonly dataDir: string,
  ) {}

  static async make(): Promise<Installation> {
    const caseEngine = { name: 'case-engine', migrations: [] } as const;
    const compliance = { name: 'compliance', migrations: [] } as const;
    const databaseUrl = await aDatabase(ingestGatewayService, caseEngine, compliance);
    return new Installation(databaseUrl, aPrefix(), mkdtempSync(join(tmpdir(), 'assay-gateway-')));
  }

  async gateway(settings: Record<string, string> = {}): Promise<Gateway> {
    const service = await startService(ingestGatewayService, {
      DATABASE_URL: this.databaseUrl,
      NATS_URL: natsUrl(),
      NATS_PREFIX: this.prefix,
      ASSAY_DATA_DIR: this.dataDir,
      ASSAY_INTERNAL_KEY: testInternalKey,
      ASSAY_MASTER_KEY: testMasterKey,
      PORT: '0',
      LOG_LEVEL: 'fatal',
      ...settings,
    });
    const gateway = new Gateway(service, this.adminKey());
    this.stops.unshift(() => gateway.stop());
    return gateway;
  }

  adminKey(): string {
    return readFileSync(join(this.dataDir, 'admin-key'), 'utf8').trim();
  }

  /** The bus half of another service, to say what that service would say. */
  async service(name: ServiceName): Promise<PublishingService> {
    const database = await openDatabase(name, runtimeUrl(this.databaseUrl, name, testInternalKey));
    const transactions = new Transactions(database);
    const log = logger(name, { level: 'fatal' });
    const messaging = await Messaging.start(
      { service: name, url: natsUrl(), prefix: this.prefix, replicas: 1 },
      { transactions, logger: log, metrics: createMetrics(name) },
    );
    this.stops.push(async () => {
      await messaging.stop();
      await database.close();
    });
    return new PublishingService(name, transactions);
  }

  /** A look into the gateway's own tables, across tenants. */
  async rows<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    const url = runtimeUrl(this.databaseUrl, 'ingest-gateway', testInternalKey);
    const database: Database = await openDatabase('ingest-gateway', url);
    try {
      return await new Transactions(database).runAcrossTenants((tx) => tx.query<Row>(sql, parameters));
    } finally {
      await database.close();
    }
  }

  async stop(): Promise<void> {
    for (const stop of this.stops) await stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** A gateway and its admin. */
export class Gateway {
  private stopped = false;

  constructor(
    readonly service: RunningService,
    readonly adminKey: string,
  ) {}

  get url(): string {
    return this.service.url;
  }

  /** Sends a request, as the admin unless headers say otherwise, and reads the JSON of the answer. */
  async send<Body = Record<string, unknown>>(
    method: string,
    path: string,
    options: { headers?: Record<string, string>; body?: RequestInit['body']; json?: unknown } = {},
  ): Promise<Answer<Body>> {
    const { headers, json } = options;
    const body = json === undefined ? options.body : JSON.stringify(json);
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        'x-api-key': this.adminKey,
        ...(typeof body === 'string' || Buffer.isBuffer(body) ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: (text === '' ? null : JSON.parse(text)) as Body,
    };
  }

  /** A new key of the tenant, as the admin makes it. */
  async key(wanted: Record<string, unknown>, tenant = 'default'): Promise<string> {
    const { status, body } = await this.send<{ key: string }>('POST', '/api/v1/api-keys', {
      headers: { 'x-tenant': tenant },
      json: { name: 'test', role: 'ci', ...wanted },
    });
    if (status !== 201) throw new Error(`no key: ${status} ${JSON.stringify(body)}`);
    return body.key;
  }

  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    await this.service.stop();
  }
}

/** Says what another service would say of a receipt. */
export class PublishingService {
  constructor(
    readonly name: ServiceName,
    readonly transactions: Transactions,
  ) {}

  async decide(
    receiptId: Uuid,
    counts: { critical?: number; high?: number } = {},
    tenant = 'default',
    scans: DataOf<typeof gateDecidedV1>['scans'] = undefined,
  ): Promise<Verdict> {
    const verdict = aVerdict(counts);
    await this.transactions.run({ tenant, correlationId: receiptId }, async (tx) => {
      const entries = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0, ...counts };
      tx.publish(gateDecidedV1, { receiptId, verdict, policy: {}, entries, ...(scans && { scans }) });
    });
    return verdict;
  }

  async progressed(receiptId: Uuid, stage: 'index' | 'attest' | 'judge' | 'notify', tenant = 'default'): Promise<void> {
    await this.transactions.run(tenant, async (tx) => {
      const at = new Date().toISOString();
      tx.publish(receiptProgressedV1, { receiptId, service: this.name, stage, at, durationMs: 4 });
    });
  }

  async failed(
    receiptId: Uuid,
    stage: 'index' | 'notify',
    error: DataOf<typeof receiptFailedV1>['error'],
    tenant = 'default',
  ): Promise<void> {
    await this.transactions.run(tenant, async (tx) => {
      const at = new Date().toISOString();
      tx.publish(receiptFailedV1, { receiptId, service: this.name, stage, at, durationMs: 4, error });
    });
  }
}

export function aVerdict({ critical = 0, high = 0 }: { critical?: number; high?: number } = {}): Verdict {
  const isBlocked = critical + high > 0;
  return {
    runId: newId(),
    scanIds: [newId()],
    caseId: 7,
    caseStatus: isBlocked ? 'OPEN' : 'RESOLVED',
    gate: isBlocked,
    verdict: isBlocked ? 'block' : 'pass',
    reasons: [],
    components: 3,
    baseline: null,
    counts: { critical, high, medium: 0, low: 0, unknown: 0, kev: 0, excluded: 0 },
    newInThisChange: { critical, high, medium: 0, low: 0, unknown: 0 },
  };
}

/** A small CycloneDX document; `name` makes its bytes its own. */
export function anSbom(name = 'shop'): string {
  return JSON.stringify({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: { component: { type: 'application', name } },
    components: [{ type: 'library', name: 'lodash', version: '4.17.20', purl: 'pkg:npm/lodash@4.17.20' }],
  });
}
