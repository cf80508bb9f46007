import { type Origin, sbomReader } from '@assay/contracts';
import { notifyAddressPurpose, TextSeal } from '@assay/identity';
import { AssayError } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { HOST_ENV, type HostEnv } from '@assay/service-host';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { ReceivedPart } from '../../ingest/accept-document.service.js';
import { AwaitVerdict, type AwaitedReceipt } from '../../ingest/await-verdict.service.js';
import { sbomMediaType } from '../../ingest/document-format.js';
import { limits } from '../../limits.js';
import type { AcceptedReceipt } from '../../receipts/receipt.js';
import { receiptPath } from '../../receipts/receipts.dto.js';
import { refusal } from '../patchhound.errors.js';
import { NameRun } from './name-run.service.js';
import { type ReceivedScan, ReceiveScan } from './receive-scan.service.js';
import { type NamedRepository, readRepository } from './repository-key.js';
import { readCommit, readContext, readWebhook, type ScanFile } from './scan-form.js';

/** What the documents of a scan are in our bundle, in the order in which they are judged. */
const roles = [
  { file: 'sbom', role: 'sbom', reader: sbomReader },
  { file: 'trivy_report', role: 'trivy_report', reader: 'trivy' },
  { file: 'sast_report', role: 'sast_report', reader: 'semgrep' },
  { file: 'exclusions', role: 'exclusions', reader: null },
] as const satisfies readonly { file: ScanFile; role: string; reader: string | null }[];

/** A scan that was judged, and for whom. */
export interface JudgedScan extends AwaitedReceipt {
  readonly organization: string;
  readonly repository: NamedRepository;
}

/** A scan of PatchHound: one receipt with three or four documents, judged together, waited for. */
@Injectable()
export class ScanSbom {
  private readonly webhooks: TextSeal;

  constructor(
    @Inject(HOST_ENV) env: HostEnv,
    private readonly receiveScan: ReceiveScan,
    private readonly awaitVerdict: AwaitVerdict,
    private readonly nameRun: NameRun,
  ) {
    this.webhooks = new TextSeal(env.ASSAY_MASTER_KEY, notifyAddressPurpose);
  }

  /**
   * @throws AssayError as `ReceiveScan`; `patchhound.scan-failed` where the documents could not be processed;
   *   `patchhound.still-scanning` (504) where there is no verdict in time: the run goes on
   */
  async execute(request: FastifyRequest): Promise<JudgedScan> {
    await using scan = await this.receiveScan.execute(request);
    const { caller, fields } = scan;
    const repository = readRepository(fields['current_repo'] ?? '');
    const webhook = readWebhook(fields);
    const sealed = webhook && this.webhooks.seal(webhook, caller.principal.tenant);
    const context = readContext(fields, scan.skipped, sealed);
    const judged = await this.judged(scan, {
      origin: originOf(repository, readCommit(fields)),
      complete: (tx, receipt) => this.nameRun.execute(tx, receipt, repository, context),
    });
    return { ...judged, organization: caller.organization, repository };
  }

  private async judged(
    { caller, files, skipped }: ReceivedScan,
    { origin, complete }: Completion,
  ): Promise<AwaitedReceipt> {
    const documents = roles.flatMap(({ file, role, reader }): ReceivedPart[] => {
      const part = files.get(file);
      if (part === undefined) return [];
      const isRead = reader !== null && !skipped.includes(reader);
      const mediaType = (file === 'sbom' && sbomMediaType(part.has)) || 'application/json';
      return [{ role, reader: isRead ? reader : null, content: part.content, mediaType }];
    });
    const awaited = await this.awaitVerdict
      .execute(
        {
          caller: caller.principal,
          kind: 'bundle',
          tool: null,
          dialect: 'patchhound',
          origin,
          documents,
          complete,
          repeatable: null,
        },
        limits.patchHoundWaitSeconds * 1_000,
      )
      .catch(asScanFailure);
    if (awaited.judgement !== null) return awaited;
    const words = `The scan goes on; its result will stand at ${receiptPath(awaited.receipt.id)}`;
    throw refusal('patchhound.still-scanning', words, { retryAfterSeconds: limits.intakeRetryAfterSeconds });
  }
}

interface Completion {
  readonly origin: Origin;
  readonly complete: (tx: Transaction, receipt: AcceptedReceipt) => Promise<AcceptedReceipt>;
}

/** What went wrong after the scan had been accepted; its own words only where they are about what was sent. */
function asScanFailure(error: unknown): never {
  if (error instanceof AssayError && error.kind === 'invalid') {
    throw refusal('patchhound.scan-failed', error.message, { cause: error });
  }
  if (error instanceof AssayError && error.code === 'receipts.processing-failed') {
    throw refusal('patchhound.scan-failed', 'The documents could not be processed', { cause: error });
  }
  throw error;
}

function originOf(
  { org, repo }: NamedRepository,
  { commitSha, commitAuthor }: Pick<Origin, 'commitSha' | 'commitAuthor'>,
): Origin {
  return {
    provider: '',
    org,
    repo,
    // The protocol knows no branches: all runs of a repository are those of one.
    branch: '',
    prId: null,
    targetBranch: null,
    commitSha,
    commitAuthor,
    baseSha: null,
    runId: null,
    runUrl: null,
    runStartedAt: null,
    imageName: null,
    imageTag: null,
    imageDigest: null,
  };
}
