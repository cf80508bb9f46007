import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ArtifactStore, artifactStoreOf } from '@assay/artifacts';
import {
  type DataOf,
  type Envelope,
  type EventContract,
  type Finding,
  findingsMediaType,
  gateDecidedV1,
  type Lane,
  type Origin,
  type RunContext,
  scanCompletedV1,
  type ScanResult,
  type Subject,
  subjectOfOrigin,
  type Verdict,
} from '@assay/contracts';
import { type Actor, InternalIdentity, internalIdentityHeader, type Principal, type Role } from '@assay/identity';
import { jobTables } from '@assay/jobs';
import { digestOf, newId, noCounts, type Uuid } from '@assay/kernel';
import { Messaging } from '@assay/messaging';
import { openDatabase, runtimeUrl, Transactions } from '@assay/persistence';
import { type RunningService, startService } from '@assay/service-host';
import { createMetrics, logger } from '@assay/telemetry';
import { aDatabase, aPrefix, BusRecorder, eventually, natsUrl, testInternalKey, testMasterKey } from '@assay/testing';
import { caseEngineService } from '../src/index.js';

/** A scan as a test says it; the rest is that of a pull request into main. */
export interface ScanOf {
  readonly findings: readonly Finding[];
  readonly origin?: Partial<Origin>;
  readonly tool?: string;
  readonly acceptedAt?: Date;
  /** The document's content: the same text is the same document sent again. */
  readonly document?: string;
  readonly tenant?: string;
  readonly lane?: Lane;
  readonly components?: number;
  readonly target?: string;
  /** Further documents of the same receipt. */
  readonly alongside?: readonly Pick<ScanOf, 'findings' | 'tool' | 'target' | 'document'>[];
  /** The file of exclusions that came with the run, as text. */
  readonly exclusions?: string;
  readonly context?: RunContext;
}

const pullRequest: Origin = {
  provider: 'github',
  org: 'acme',
  repo: 'payments',
  branch: 'feature/refunds',
  prId: '7',
  targetBranch: 'main',
  commitSha: 'c1',
  baseSha: null,
  commitAuthor: null,
  runId: '100',
  runUrl: 'https://ci.example/runs/100',
  runStartedAt: null,
  imageName: null,
  imageTag: null,
  imageDigest: null,
};

/** The origin of a push to a branch of the same repository. */
export const push = (branch: string, known: Partial<Origin> = {}): Partial<Origin> => ({
  branch,
  prId: null,
  targetBranch: null,
  ...known,
});

/** The real case-engine on a database, a prefix and a folder of its own, and a scanner that publishes scans. */
export class CaseEngineInstallation {
  private constructor(
    readonly adminUrl: string,
    readonly environment: NodeJS.ProcessEnv,
    readonly artifacts: ArtifactStore,
    readonly bus: BusRecorder,
    readonly scanner: Transactions,
    private readonly closers: (() => Promise<unknown> | void)[],
    public engine: RunningService,
  ) {}

  /** @param more settings, such as where other services are */
  static async start(more: NodeJS.ProcessEnv = {}): Promise<CaseEngineInstallation> {
    const adminUrl = await aDatabase(
      { name: 'case-engine', migrations: [jobTables('case-engine'), ...caseEngineService.migrations] },
      { name: 'scanner', migrations: [] },
      { name: 'alerting', migrations: [] },
      { name: 'compliance', migrations: [] },
      { name: 'ingest-gateway', migrations: [] },
    );
    const prefix = aPrefix();
    const folder = mkdtempSync(join(tmpdir(), 'assay-case-engine-'));
    const environment = {
      DATABASE_URL: adminUrl,
      NATS_URL: natsUrl(),
      NATS_PREFIX: prefix,
      ASSAY_DATA_DIR: folder,
      ASSAY_INTERNAL_KEY: testInternalKey,
      ASSAY_MASTER_KEY: testMasterKey,
      LOG_LEVEL: 'fatal',
      ...more,
    };
    const artifacts = artifactStoreOf({ driver: 'folder', directory: join(folder, 'artifacts') });
    await artifacts.start();
    const bus = await BusRecorder.start(prefix);
    const database = await openDatabase('scanner', runtimeUrl(adminUrl, 'scanner', testInternalKey));
    const scanner = new Transactions(database);
    const messaging = await Messaging.start(
      { service: 'scanner', url: natsUrl(), prefix, replicas: 1 },
      { transactions: scanner, logger: logger('test', { level: 'fatal' }), metrics: createMetrics('test') },
    );
    const engine = await startService(caseEngineService, environment);
    const closers = [
      () => messaging.stop(),
      () => database.close(),
      () => bus.stop(),
      () => rmSync(folder, { recursive: true, force: true }),
    ];
    return new CaseEngineInstallation(adminUrl, environment, artifacts, bus, scanner, closers, engine);
  }

  async stop(): Promise<void> {
    await this.engine.stop();
    for (const close of this.closers) await close();
  }

  /** Writes a findings document and says that the scan is complete, as the scanner does. Gives the receipt's id. */
  async scan(given: ScanOf): Promise<Uuid> {
    const { tenant = 'acme', lane = 'interactive' } = given;
    const scan = await this.scanOf(given);
    await this.scanner.run({ tenant, correlationId: scan.receiptId, lane }, async (tx) => {
      tx.publish(scanCompletedV1, scan, { subject: scan.scanId });
    });
    return scan.receiptId;
  }

  /** Says that these scans are complete, many in one transaction. */
  async sayAll(scans: readonly DataOf<typeof scanCompletedV1>[], tenant = 'acme'): Promise<void> {
    for (let from = 0; from < scans.length; from += 250) {
      await this.scanner.run({ tenant, lane: 'interactive' }, async (tx) => {
        for (const scan of scans.slice(from, from + 250)) {
          tx.publish(scanCompletedV1, scan, { correlationId: scan.receiptId });
        }
      });
    }
  }

  /** Says the same scan for that many receipts, at once, and gives them. */
  async repeat(scan: DataOf<typeof scanCompletedV1>, times: number, tenant = 'acme'): Promise<Uuid[]> {
    const receipts = Array.from({ length: times }, () => newId());
    await this.scanner.run({ tenant, lane: 'interactive' }, async (tx) => {
      for (const receiptId of receipts) {
        tx.publish(scanCompletedV1, { ...scan, receiptId, scanId: newId() }, { correlationId: receiptId });
      }
    });
    return receipts;
  }

  /** The event of a scan, its findings documents stored. */
  async scanOf(given: ScanOf): Promise<DataOf<typeof scanCompletedV1>> {
    const { tenant = 'acme', alongside = [], exclusions, context } = given;
    const origin = { ...pullRequest, ...given.origin };
    const subject = subjectOfOrigin(origin);
    const receiptId = newId();
    const [first, ...others] = await Promise.all(
      [given, ...alongside].map((each) => this.resultOf(each, { tenant, receiptId, subject, origin })),
    );
    return {
      ...first!,
      receiptId,
      kind: others.length > 0 ? 'bundle' : 'sbom',
      dialect: 'native',
      subject,
      origin,
      acceptedAt: (given.acceptedAt ?? new Date()).toISOString(),
      ...(others.length > 0 && { alongside: others }),
      ...(exclusions !== undefined && {
        exclusions: await this.artifacts.put(tenant, Buffer.from(exclusions), 'application/json'),
      }),
      ...(context !== undefined && { context }),
    };
  }

  private async resultOf(
    given: Pick<ScanOf, 'findings' | 'tool' | 'target' | 'document' | 'components'>,
    of: { tenant: string; receiptId: Uuid; subject: Subject | null; origin: Origin },
  ): Promise<ScanResult> {
    const { tool = 'cyclonedx', target = '', components = 10 } = given;
    const { tenant, receiptId, subject, origin } = of;
    const scanId = newId();
    const content = given.document ?? scanId;
    const document = { digest: digestOf(content), size: content.length, mediaType: 'application/json' };
    const engines = [{ name: 'assay-osv', version: '0.1.0', data: { osv: digestOf('osv') }, durationMs: 1 }];
    const entries = noCounts();
    const findings = await this.store(tenant, {
      schema: 'assay.findings/v1',
      scanId,
      receiptId,
      subject,
      origin,
      document,
      tool,
      engines,
      components,
      entries,
      warnings: [],
      findings: given.findings,
    });
    const findingsContent = digestOf(JSON.stringify(given.findings));
    return { scanId, tool, target, document, engines, components, entries, findings, findingsContent };
  }

  /** Stores a findings document and gives its claim check. */
  async store(tenant: string, document: object): Promise<DataOf<typeof scanCompletedV1>['findings']> {
    return this.artifacts.put(tenant, Buffer.from(JSON.stringify(document)), findingsMediaType);
  }

  /** Publishes any event of the scanner. */
  async say<Contract extends EventContract>(
    contract: Contract,
    data: DataOf<Contract>,
    options: { readonly tenant?: string; readonly version?: number } = {},
  ): Promise<void> {
    const { tenant = 'acme', version } = options;
    await this.scanner.run({ tenant, lane: 'bulk' }, async (tx) => {
      tx.publish(contract, data, { version });
    });
  }

  /** Waits for the gate's answer to a receipt. */
  async verdict(receiptId: Uuid): Promise<Verdict> {
    const decided = await eventually(`the verdict on ${receiptId}`, () => this.decided(receiptId)[0]);
    return (decided.data as DataOf<typeof gateDecidedV1>).verdict;
  }

  decided(receiptId: Uuid): Envelope[] {
    return this.bus.ofType(gateDecidedV1.type).filter((event) => event.correlationid === receiptId);
  }

  /** Sends a scan and waits for its verdict. */
  async judge(given: ScanOf): Promise<Verdict> {
    return this.verdict(await this.scan(given));
  }

  /** Data of what was published of one contract, oldest first. */
  said<Contract extends EventContract>(contract: Contract): DataOf<Contract>[] {
    return this.bus.ofType(contract.type).map((event) => event.data as DataOf<Contract>);
  }

  /** A request as the gateway passes it on for a caller of this tenant and role. */
  async ask(role: Role, path: string, init: AskInit = {}): Promise<Response> {
    const { tenant = 'acme', repositories = null, hosts = null, actor = 'key:test', json, ...rest } = init;
    const principal = { ...aPrincipal(tenant, role, repositories), scope: { repositories, hosts }, actor };
    const token = await new InternalIdentity(testInternalKey).sign(principal);
    return fetch(`${this.engine.url}${path}`, {
      ...rest,
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      headers: {
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(rest.headers as Record<string, string> | undefined),
        [internalIdentityHeader]: token,
      },
    });
  }

  /** The same, of which only the answer's JSON is wanted. */
  async get<Body>(path: string, init: AskInit = {}): Promise<Body> {
    const response = await this.ask('viewer', path, init);
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Body;
  }
}

export interface AskInit extends RequestInit {
  readonly tenant?: string;
  readonly repositories?: readonly string[] | null;
  readonly hosts?: readonly string[] | null;
  readonly actor?: Actor;
  readonly json?: unknown;
}

/** The subject of the pull request that scans are of unless said otherwise. */
export const thePullRequest: Subject = { kind: 'pr', provider: 'github', org: 'acme', repo: 'payments', prId: '7' };

function aPrincipal(tenant: string, role: Role, repositories: readonly string[] | null): Principal {
  return {
    tenant,
    actor: 'key:test',
    role,
    platformAdmin: false,
    scope: { repositories, hosts: null },
    publisher: null,
    customers: [],
    credentialId: null,
  };
}
