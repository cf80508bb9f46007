import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ArtifactStore, artifactStoreOf } from '@assay/artifacts';
import { documentReceivedV1, type Lane, vexReceivedV1 } from '@assay/contracts';
import { InternalIdentity, internalIdentityHeader, type Principal, type Role, servicePrincipal } from '@assay/identity';
import { newId, type Uuid } from '@assay/kernel';
import { Messaging } from '@assay/messaging';
import { openDatabase, runtimeUrl, Transactions } from '@assay/persistence';
import { type RunningService, startService } from '@assay/service-host';
import { createMetrics, logger } from '@assay/telemetry';
import { aDatabase, aPrefix, BusRecorder, natsUrl, testInternalKey, testMasterKey } from '@assay/testing';
import pg from 'pg';
import { signerService } from '../src/index.js';

/** A document to be sent: its bytes and what the gateway says of them. */
export interface Sent {
  readonly bytes: Buffer;
  /** Of the receipt; a bundle is one of PatchHound's. */
  readonly kind?: 'sbom' | 'report' | 'bundle' | 'vex';
  /** Of a document in a bundle. */
  readonly reader?: string | null;
  readonly mediaType?: string;
  readonly role?: string;
}

/** The real signer on a database, a prefix and a folder of its own, and a gateway that publishes what it accepted. */
export class SignerInstallation {
  private constructor(
    readonly adminUrl: string,
    readonly environment: NodeJS.ProcessEnv,
    readonly artifacts: ArtifactStore,
    readonly bus: BusRecorder,
    readonly gateway: Transactions,
    /** Publishes what case-engine says. */
    readonly engine: Transactions,
    private readonly admin: pg.Client,
    private readonly closers: (() => Promise<unknown> | void)[],
    public signer: RunningService,
  ) {}

  static async start(): Promise<SignerInstallation> {
    const adminUrl = await aDatabase(
      { name: 'signer', migrations: signerService.migrations },
      { name: 'ingest-gateway', migrations: [] },
      { name: 'case-engine', migrations: [] },
    );
    const prefix = aPrefix();
    const folder = mkdtempSync(join(tmpdir(), 'assay-signer-'));
    const environment = {
      DATABASE_URL: adminUrl,
      NATS_URL: natsUrl(),
      NATS_PREFIX: prefix,
      ASSAY_DATA_DIR: folder,
      ASSAY_INTERNAL_KEY: testInternalKey,
      ASSAY_MASTER_KEY: testMasterKey,
      LOG_LEVEL: 'fatal',
    };
    const artifacts = artifactStoreOf({ driver: 'folder', directory: join(folder, 'artifacts') });
    await artifacts.start();
    const bus = await BusRecorder.start(prefix);
    const database = await openDatabase('ingest-gateway', runtimeUrl(adminUrl, 'ingest-gateway', testInternalKey));
    const gateway = new Transactions(database);
    const messaging = await Messaging.start(
      { service: 'ingest-gateway', url: natsUrl(), prefix, replicas: 1 },
      { transactions: gateway, logger: logger('test', { level: 'fatal' }), metrics: createMetrics('test') },
    );
    const engineDatabase = await openDatabase('case-engine', runtimeUrl(adminUrl, 'case-engine', testInternalKey));
    const engine = new Transactions(engineDatabase);
    const engineMessaging = await Messaging.start(
      { service: 'case-engine', url: natsUrl(), prefix, replicas: 1 },
      { transactions: engine, logger: logger('test', { level: 'fatal' }), metrics: createMetrics('test') },
    );
    // Not bound by row level security: whoever owns the machine.
    const admin = new pg.Client({ connectionString: adminUrl });
    await admin.connect();
    const signer = await startService(signerService, environment);
    const closers = [
      () => admin.end(),
      () => messaging.stop(),
      () => engineMessaging.stop(),
      () => database.close(),
      () => engineDatabase.close(),
      () => bus.stop(),
      () => rmSync(folder, { recursive: true, force: true }),
    ];
    return new SignerInstallation(adminUrl, environment, artifacts, bus, gateway, engine, admin, closers, signer);
  }

  async stop(): Promise<void> {
    await this.signer.stop();
    for (const close of this.closers) await close();
  }

  /** A statement behind the service's back, in its schema. */
  async sql(text: string, parameters: readonly unknown[]): Promise<unknown[]> {
    await this.admin.query('set search_path to signer');
    return (await this.admin.query(text, [...parameters])).rows as unknown[];
  }

  /** Stores documents and publishes one receipt with all of them, as the gateway does. Gives the receipt's id. */
  async receive(tenant: string, documents: readonly Sent[], lane: Lane = 'interactive'): Promise<Uuid> {
    const refs = await Promise.all(
      documents.map(async ({ bytes, role = 'sbom', mediaType = 'application/json', reader }) => ({
        ...(await this.artifacts.put(tenant, bytes, mediaType)),
        role,
        ...(reader === undefined ? {} : { reader }),
      })),
    );
    return this.announce(tenant, refs, documents[0]?.kind ?? 'sbom', lane);
  }

  /** Publishes a receipt of documents that may not be there. */
  async announce(
    tenant: string,
    documents: { digest: `sha256:${string}`; size: number; mediaType: string; role: string; reader?: string | null }[],
    kind: NonNullable<Sent['kind']> = 'sbom',
    lane: Lane = 'interactive',
  ): Promise<Uuid> {
    const receiptId = newId();
    await this.gateway.run({ tenant, correlationId: receiptId, lane }, async (tx) => {
      tx.publish(kind === 'vex' ? vexReceivedV1 : documentReceivedV1, {
        receiptId,
        kind,
        tool: null,
        dialect: kind === 'bundle' ? 'patchhound' : 'native',
        documents,
        subject: null,
        origin: {
          provider: '',
          org: '',
          repo: null,
          branch: null,
          prId: null,
          targetBranch: null,
          commitSha: null,
          baseSha: null,
          commitAuthor: null,
          runId: null,
          runUrl: null,
          runStartedAt: null,
          imageName: null,
          imageTag: null,
          imageDigest: null,
        },
        acceptedAt: tx.now.toISOString(),
      });
    });
    return receiptId;
  }

  /** A request as the gateway passes it on for a caller of this tenant and role. */
  async ask(tenant: string, role: Role, path: string, init: RequestInit = {}): Promise<Response> {
    const token = await new InternalIdentity(testInternalKey).sign(aPrincipal(tenant, role));
    return fetch(`${this.signer.url}${path}`, {
      ...init,
      headers: { ...init.headers, [internalIdentityHeader]: token },
    });
  }
}

function aPrincipal(tenant: string, role: Role): Principal {
  if (role === 'service') return servicePrincipal('case-engine', tenant);
  return {
    tenant,
    actor: 'key:test',
    role,
    platformAdmin: false,
    scope: { repositories: null, hosts: null },
    publisher: null,
    customers: [],
    credentialId: null,
  };
}
