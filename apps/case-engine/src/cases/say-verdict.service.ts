import { ArtifactStore } from '@assay/artifacts';
import {
  type DataOf,
  findingsMediaType,
  gateDecidedV1,
  runRecordedV1,
  type scanCompletedV1,
  type VerdictBasis,
  type VerdictPredicate,
  verdictStatementOf,
} from '@assay/contracts';
import { noCounts, type SeverityCounts } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import type { Entry, RunDocument } from '../runs/run.js';
import type { JudgedPlan } from './judge-runs.service.js';
import type { PlannedJudgement } from './plan-judgement.js';

/** A scan whose run was judged. */
export interface Answered extends JudgedPlan {
  readonly scan: DataOf<typeof scanCompletedV1>;
  /** What the scan did to its run. */
  readonly entry: Entry;
}

const statementMediaType = 'application/vnd.in-toto+json';

/** Says what became of a scan: `run.recorded` where history has more than before, and `gate.decided` to whoever waits. */
@Injectable()
export class SayVerdict {
  constructor(private readonly artifacts: ArtifactStore) {}

  async execute(tx: Transaction, answered: Answered): Promise<void> {
    const { scan, entry, planned } = answered;
    const { run, occasion } = planned;
    const because = occasion.event;
    if (entry !== 'repeated') {
      tx.publish(runRecordedV1, recordedOf(answered), { subject: run.id, because });
    }
    const { receiptId } = scan;
    tx.publish(gateDecidedV1, await this.decidedOf(tx, answered), {
      subject: receiptId,
      correlationId: receiptId,
      because,
    });
  }

  /** What the verdict follows from goes with it, so that the signer needs nothing else; what is too large is put aside. */
  private async decidedOf(tx: Transaction, answered: Answered): Promise<DataOf<typeof gateDecidedV1>> {
    const { scan, planned, verdict } = answered;
    const { subject, run, policy } = planned;
    const { receiptId } = scan;
    const scans = run.documents.map(scanOf);
    const basis = basisOf(answered);
    const decided = { receiptId, subject, verdict, policy: { ...policy }, entries: entriesOf(scan) };
    if (isSmall(planned, basis)) return { ...decided, scans, basis };
    const predicate: VerdictPredicate = {
      tenant: tx.tenant,
      receiptId,
      decidedAt: tx.now.toISOString(),
      subject,
      result: verdict,
      policy: { ...policy },
      documents: scans,
      basis,
    };
    const bytes = Buffer.from(JSON.stringify(verdictStatementOf(predicate)));
    return { ...decided, basis: null, statement: await this.artifacts.put(tx.tenant, bytes, statementMediaType) };
  }
}

function recordedOf({ scan, planned, outcome, verdict }: Answered): DataOf<typeof runRecordedV1> {
  const { run, subject, late } = planned;
  const { kev, excluded, ...counts } = outcome.counts;
  return {
    runId: run.id,
    receiptId: scan.receiptId,
    subject,
    commitSha: run.commitSha,
    newest: !late,
    counts,
    kev,
    excluded,
    verdict: verdict.verdict,
    runUrl: run.origin.runUrl,
    byTool: outcome.byTool,
    context: run.context?.value ?? null,
  };
}

function scanOf({ scanId, tool, target, documentDigest, findingsDigest, findingsSize, engines }: RunDocument) {
  return {
    scanId,
    tool,
    target,
    document: documentDigest as `sha256:${string}`,
    findings: { digest: findingsDigest, size: findingsSize, mediaType: findingsMediaType },
    engines: [...engines],
  };
}

function basisOf({ planned, outcome }: Answered): VerdictBasis {
  const { run, baseline, place, exclusionsRefused } = planned;
  return {
    commitSha: run.commitSha,
    targetBranch: run.origin.targetBranch,
    imageName: place.imageName,
    imageVersions: [...(place.imageVersions ?? [])],
    exclusionsRefused,
    baseline: baseline && {
      runId: baseline.id,
      commitSha: baseline.commitSha,
      findings: baseline.findings.map(({ digest }) => digest),
    },
    exceptions: [...outcome.applied],
  };
}

/** Most verdicts need no look at their size. */
function isSmall({ run }: PlannedJudgement, basis: VerdictBasis): boolean {
  const parts = run.documents.length + basis.exceptions.length + (basis.baseline?.findings.length ?? 0);
  if (parts <= limits.surelyInlineParts) return true;
  return Buffer.byteLength(JSON.stringify([run.documents.map(scanOf), basis])) <= limits.inlineBasisBytes;
}

/** The rows of all reports of the receipt as they stand. */
function entriesOf(scan: DataOf<typeof scanCompletedV1>): SeverityCounts {
  const sum = noCounts();
  for (const { entries } of [scan, ...(scan.alongside ?? [])]) {
    for (const severity of Object.keys(sum) as (keyof SeverityCounts)[]) sum[severity] += entries[severity];
  }
  return sum;
}
