import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArtifactStore } from '@assay/artifacts';
import {
  type Dialect,
  type DocumentRef,
  type ArtifactRef,
  documentReceivedV1,
  type Envelope,
  type FindingsDocument,
  findingsDocumentSchema,
  type Origin,
  type RunContext,
  subjectOfOrigin,
} from '@assay/contracts';
import { type Digest, hexOf, newId, type Uuid } from '@assay/kernel';
import { InternalIdentity, internalIdentityHeader, type Principal, servicePrincipal } from '@assay/identity';
import { Messaging } from '@assay/messaging';
import { type Database, openDatabase, runtimeUrl, Transactions } from '@assay/persistence';
import { type RunningService, startService } from '@assay/service-host';
import { createMetrics, logger } from '@assay/telemetry';
import {
  aDatabase,
  aPrefix,
  aPreparedDatabase,
  BusRecorder,
  eventually,
  natsUrl,
  testInternalKey,
  testMasterKey,
} from '@assay/testing';
import { scannerService } from '../../src/index.js';
import { FeedsStore } from '../../src/feeds/feeds.store.js';

/** A document as the gateway would have received it. */
export interface Sent {
  readonly kind?: 'sbom' | 'report' | 'bundle' | 'vex';
  readonly tool?: string;
  readonly dialect?: Dialect;
  readonly context?: RunContext;
  readonly origin?: Partial<Origin>;
  readonly tenant?: string;
  readonly acceptedAt?: string;
}

/** One of the documents of a receipt, as the gateway stores it. */
export interface SentPart {
  readonly bytes: Uint8Array;
  readonly role: string;
  readonly reader?: string | null;
}

/** What the scanner said of a document: done with its findings, or failed with its reason. */
export interface Answer {
  readonly completed: Envelope | undefined;
  readonly failed: { readonly code: string; readonly message: string } | undefined;
}

/** The shipped feeds take some seconds alone, and many more beside other tests. */
const feedsPatienceMs = 110_000;

const nowhere: Origin = {
  provider: '',
  org: '',
  repo: null,
  branch: null,
  prId: null,
  targetBranch: null,
  commitSha: null,
  baseSha: null,
  runId: null,
  runUrl: null,
  runStartedAt: null,
  imageName: null,
  imageTag: null,
  imageDigest: null,
};

const schemas = [scannerService, { name: 'ingest-gateway', migrations: [] }] as const;

/** The real scanner on real Postgres and NATS, with a gateway that does nothing but publish. */
export class RunningScanner {
  private constructor(
    readonly service: RunningService,
    readonly artifacts: ArtifactStore,
    readonly bus: BusRecorder,
    readonly database: Database,
    readonly adminUrl: string,
    private readonly gateway: {
      readonly transactions: Transactions;
      readonly directory: string;
      stop(): Promise<void>;
    },
  ) {}

  /** On a database of its own. */
  static async start(settings: Record<string, string> = {}): Promise<RunningScanner> {
    return RunningScanner.#on(await aDatabase(...schemas), settings);
  }

  /** On a database of its own into which a scanner has imported the shipped advisories: once for all test files. */
  static async withAdvisories(): Promise<RunningScanner> {
    const adminUrl = await aPreparedDatabase(schemas, 'shipped advisories', async (url) => {
      const first = await RunningScanner.#on(url);
      await first.feedsAreIn();
      await first.stop();
    });
    return RunningScanner.#on(adminUrl);
  }

  static async #on(adminUrl: string, settings: Record<string, string> = {}): Promise<RunningScanner> {
    const prefix = aPrefix();
    const directory = mkdtempSync(join(tmpdir(), 'assay-scanner-'));
    const bus = await BusRecorder.start(prefix);
    const gateway = await startGateway(adminUrl, prefix);
    const service = await startService(scannerService, {
      DATABASE_URL: adminUrl,
      NATS_URL: natsUrl(),
      NATS_PREFIX: prefix,
      ASSAY_DATA_DIR: directory,
      ASSAY_INTERNAL_KEY: testInternalKey,
      ASSAY_MASTER_KEY: testMasterKey,
      LOG_LEVEL: 'fatal',
      ...settings,
    });
    const database = await openDatabase('scanner', runtimeUrl(adminUrl, 'scanner', testInternalKey));
    const stop = async (): Promise<void> => {
      await gateway.stop();
      rmSync(directory, { recursive: true, force: true });
    };
    const artifacts = service.app.get(ArtifactStore, { strict: false });
    return new RunningScanner(service, artifacts, bus, database, adminUrl, { ...gateway, directory, stop });
  }

  get transactions(): Transactions {
    return new Transactions(this.database);
  }

  /** Where an artifact lies, for tests that go behind the store's back. */
  pathOf(tenant: string, digest: Digest): string {
    const hex = hexOf(digest);
    return join(this.gateway.directory, 'artifacts', tenant, hex.slice(0, 2), hex);
  }

  /** Resolves when every refresh that was asked for has ended. */
  async feedsAreIn(): Promise<void> {
    await eventually(
      'all refreshes have ended',
      async () => {
        const [row] = await this.transactions.runAcrossTenants((tx) =>
          tx.query<{ open: number; all: number }>(
            `select count(*) filter (where state in ('queued', 'running'))::integer as open, count(*)::integer as all
             from feed_refreshes`,
          ),
        );
        return row!.all > 0 && row!.open === 0;
      },
      feedsPatienceMs,
    );
  }

  async feeds() {
    return this.transactions.runAcrossTenants((tx) => new FeedsStore().list(tx));
  }

  /** Puts the document where the gateway would, and says that it was received. Gives the receipt's id. */
  async send(bytes: Uint8Array, sent: Sent = {}): Promise<Uuid> {
    return this.sendAll([{ bytes, role: 'document' }], sent);
  }

  /** Several documents in one receipt. */
  async sendAll(parts: readonly SentPart[], sent: Sent = {}): Promise<Uuid> {
    const { kind = 'sbom', tool = null, dialect = 'native', tenant = 'acme', context } = sent;
    const documents = await Promise.all(
      parts.map(async ({ bytes, ...said }): Promise<DocumentRef> => {
        return { ...(await this.artifacts.put(tenant, bytes, 'application/json')), ...said };
      }),
    );
    const origin: Origin = { ...nowhere, ...sent.origin };
    const receiptId = newId();
    await this.gateway.transactions.run({ tenant, correlationId: receiptId }, async (tx) => {
      tx.publish(documentReceivedV1, {
        receiptId,
        kind,
        tool,
        dialect,
        origin,
        subject: subjectOfOrigin(origin),
        documents,
        ...(context && { context }),
        acceptedAt: sent.acceptedAt ?? new Date().toISOString(),
      });
    });
    return receiptId;
  }

  async answerTo(receiptId: Uuid): Promise<Answer> {
    return eventually(`an answer to ${receiptId}`, () => {
      const about = this.bus.events.filter((event) => event.correlationid === receiptId);
      const completed = about.find((event) => event.type === 'scanning.scan.completed.v1');
      const failure = about.find((event) => event.type === 'shared.receipt.failed.v1');
      if (completed === undefined && failure === undefined) return undefined;
      const { error } = (failure?.data ?? {}) as { error?: { code: string; message: string } };
      return { completed, failed: error };
    });
  }

  /** The findings document of a document that was read. */
  async findingsOf(bytes: Uint8Array, sent: Sent = {}): Promise<FindingsDocument> {
    const { completed, failed } = await this.answerTo(await this.send(bytes, sent));
    if (completed === undefined) throw new Error(`the document failed: ${failed?.code} ${failed?.message}`);
    return this.findingsAt((completed.data as { findings: ArtifactRef }).findings, sent.tenant);
  }

  async findingsAt({ digest, size }: ArtifactRef, tenant = 'acme'): Promise<FindingsDocument> {
    return findingsDocumentSchema.parse(JSON.parse((await this.artifacts.read(tenant, digest, size)).toString()));
  }

  /** Calls the scanner as the gateway does for a caller. */
  async call(path: string, caller: Partial<Principal> = {}, init: RequestInit = {}): Promise<Response> {
    const principal: Principal = { ...servicePrincipal('test', 'acme'), role: 'analyst', actor: 'key:test', ...caller };
    const token = await new InternalIdentity(testInternalKey).sign(principal);
    return fetch(`${this.service.url}${path}`, {
      ...init,
      headers: { ...init.headers, [internalIdentityHeader]: token },
    });
  }

  async stop(): Promise<void> {
    await this.service.stop();
    await this.gateway.stop();
    await this.bus.stop();
    await this.database.close();
  }
}

async function startGateway(adminUrl: string, prefix: string) {
  const database = await openDatabase('ingest-gateway', runtimeUrl(adminUrl, 'ingest-gateway', testInternalKey));
  const transactions = new Transactions(database);
  const messaging = await Messaging.start(
    { service: 'ingest-gateway', url: natsUrl(), prefix, replicas: 1 },
    { transactions, logger: logger('ingest-gateway', { level: 'fatal' }), metrics: createMetrics('ingest-gateway') },
  );
  return {
    transactions,
    async stop() {
      await messaging.stop();
      await database.close();
    },
  };
}
