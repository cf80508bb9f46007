import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type DataOf, type Finding, type scanCompletedV1 } from '@assay/contracts';
import { digestOf, newId, noCounts } from '@assay/kernel';
import type { CaseEngineInstallation, ScanOf } from './case-engine-installation.js';

interface Claim {
  readonly digest: string;
  readonly receiptId: string;
  readonly role: string;
}

/**
 * Signer and scanner as case-engine sees them over HTTP, at one address: they know the documents that were sent through
 * `send`, and find what a test says by commit. What they really do is proved by the journey; here they are away, late or told lies.
 */
export class RescanNeighbours {
  readonly verified: Claim[] = [];
  readonly notAttested = new Set<string>();
  readonly tampered = new Set<string>();
  isAway = false;
  /** Commits whose documents the scanner cannot match. */
  readonly unmatchable = new Set<string>();
  /** How far the scanner is with refreshing its feeds; nothing where it has no sources. */
  refreshes: { readonly feed: string; readonly state: string; readonly error: string | null }[] = [];
  feedVersion = '7';
  private readonly documents = new Set<string>();
  private readonly scans = new Map<string, { readonly tenant: string; readonly commit: string }>();
  private readonly found = new Map<string, readonly Finding[]>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<RescanNeighbours> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return new RescanNeighbours(server);
  }

  get environment(): NodeJS.ProcessEnv {
    const url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return { SIGNER_URL: url, SCANNER_URL: url };
  }

  serve(installation: CaseEngineInstallation): void {
    this.server.on('request', (request, response) => {
      void this.answer(installation, request, response).catch(() => response.writeHead(500).end());
    });
  }

  async stop(): Promise<void> {
    await new Promise((done) => this.server.close(done));
  }

  /** Sends a scan of a document, which they know from then on, and gives its run. */
  async send(installation: CaseEngineInstallation, given: ScanOf): Promise<{ runId: string; digest: string }> {
    const { tenant = 'acme' } = given;
    const scan = await installation.scanOf(given);
    this.knows(tenant, scan);
    await installation.sayAll([scan], tenant);
    const { runId } = await installation.verdict(scan.receiptId);
    return { runId, digest: scan.document.digest };
  }

  knows(tenant: string, scan: DataOf<typeof scanCompletedV1>): void {
    for (const { scanId, document } of [scan, ...(scan.alongside ?? [])]) {
      this.documents.add(document.digest);
      this.scans.set(scanId, { tenant, commit: scan.origin.commitSha ?? '' });
    }
  }

  /** What the scanner finds from now on in documents of this commit. */
  finds(commit: string, findings: readonly Finding[]): void {
    this.found.set(commit, findings);
  }

  private async answer(
    installation: CaseEngineInstallation,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const sent = await bodyOf(request);
    if (this.isAway) return void response.writeHead(503).end();
    const url = new URL(request.url ?? '', 'http://localhost');
    const answer = await this.answerTo(installation, url, sent);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  private async answerTo(installation: CaseEngineInstallation, url: URL, sent: string): Promise<object> {
    switch (url.pathname) {
      case '/api/v1/feeds':
        return { items: [{ name: 'osv', version: this.feedVersion, refreshedAt: '2031-01-01T00:00:00Z', records: 1 }] };
      case '/api/v1/feeds/refreshes':
        return { items: this.refreshes };
      case '/api/v1/attestations':
        return { items: this.notAttested.has(url.searchParams.get('digest') ?? '') ? [] : [{}] };
      case '/api/v1/attestations/verify':
        return { documents: (JSON.parse(sent) as { documents: Claim[] }).documents.map((claim) => this.verify(claim)) };
      default: {
        const { scans } = JSON.parse(sent) as { scans: { scanId: string }[] };
        return { scans: await Promise.all(scans.map(({ scanId }) => this.rematch(installation, scanId))) };
      }
    }
  }

  private verify(claim: Claim): object {
    this.verified.push(claim);
    if (!this.documents.has(claim.digest)) return { ...claim, status: 'missing-document', message: 'It is not there.' };
    if (this.tampered.has(claim.digest)) return { ...claim, status: 'damaged-document', message: 'It was changed.' };
    return { ...claim, status: 'verified', message: '' };
  }

  private async rematch(installation: CaseEngineInstallation, scanId: string): Promise<object> {
    const { tenant, commit } = this.scans.get(scanId)!;
    if (this.unmatchable.has(commit)) throw new Error('The document cannot be matched');
    const findings = this.found.get(commit) ?? [];
    const engines = [{ name: 'assay-osv', version: '0.1.0', data: {}, durationMs: 1 }];
    const document = {
      schema: 'assay.findings/v1',
      scanId,
      receiptId: newId(),
      subject: null,
      origin,
      tool: 'cyclonedx',
    };
    const findingsContent = digestOf(JSON.stringify(findings));
    const ref = { digest: findingsContent, size: 1, mediaType: 'application/json' };
    const more = { document: ref, engines, components: 10, entries: noCounts(), warnings: [], findings };
    return { scanId, findings: await installation.store(tenant, { ...document, ...more }), findingsContent, engines };
  }
}

const origin = {
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
};

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
