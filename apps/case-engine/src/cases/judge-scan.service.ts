import { type DataOf, gateDecidedV1, type Origin, runRecordedV1, type scanCompletedV1 } from '@assay/contracts';
import { AssayError, type FieldError, newId } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { CaseEngineErrorCode } from '../case-engine.errors.js';
import { limits } from '../limits.js';
import { type Arrival, begin, enter, runKey } from '../runs/run.js';
import { RunsStore } from '../runs/runs.store.js';
import { CasesStore } from './cases.store.js';
import { JudgeRun } from './judge-run.service.js';

type Scan = DataOf<typeof scanCompletedV1>;

/** Records a scan in the run it belongs to, judges that run, and answers the receipt with the gate's verdict. */
@Injectable()
export class JudgeScan {
  constructor(
    private readonly cases: CasesStore,
    private readonly runs: RunsStore,
    private readonly judgeRun: JudgeRun,
  ) {}

  /** @throws AssayError `cases.origin-too-long`, and what reading its findings document throws */
  async execute(scan: Scan, tx: Transaction): Promise<void> {
    const { subject, origin, receiptId } = scan;
    refuseLongNames(origin);
    const kase = subject === null ? null : await this.cases.lock(tx, subject);
    if (subject === null) await this.cases.lockNone(tx);
    const key = runKey(subject, origin, receiptId);
    const context = await this.runs.load(tx, {
      case: kase,
      runKey: key,
      place: { subject, imageName: origin.imageName },
      targetBranch: origin.targetBranch,
      baseSha: origin.baseSha,
    });
    const arrival = arrivalOf(scan);
    const { run, entry } = enter(context.run ?? begin(newId(), key, arrival), arrival);
    const entered = entry === 'outdated' ? null : arrival.document;
    const judged = await this.judgeRun.execute(tx, {
      because: 'run',
      receiptId,
      subject,
      case: kase,
      context,
      run,
      entered,
    });

    const { verdict, newest } = judged;
    const { kev: _kev, excluded: _excluded, ...counts } = verdict.counts;
    if (entry !== 'repeated') {
      const { commitSha } = origin;
      tx.publish(runRecordedV1, { runId: run.id, receiptId, subject, commitSha, newest, counts }, { subject: run.id });
    }
    tx.publish(
      gateDecidedV1,
      { receiptId, verdict, policy: { ...context.policy }, entries: scan.entries },
      { subject: receiptId, correlationId: receiptId },
    );
  }
}

function arrivalOf(scan: Scan): Arrival {
  const { origin, tool, scanId, receiptId, acceptedAt, document, findings, components } = scan;
  return {
    origin,
    document: {
      tool,
      target: origin.imageName ?? '',
      scanId,
      receiptId,
      acceptedAt: new Date(acceptedAt),
      documentDigest: document.digest,
      findingsDigest: findings.digest,
      components,
      findingsVersion: null,
    },
  };
}

const longest: Readonly<Partial<Record<keyof Origin, number>>> = {
  provider: limits.providerChars,
  org: limits.nameChars,
  repo: limits.nameChars,
  branch: limits.nameChars,
  targetBranch: limits.nameChars,
};

/** Names end up in indexes, whose rows have an end; better refused in words than by Postgres. */
function refuseLongNames(origin: Origin): void {
  const fields = Object.entries(origin).flatMap(([field, value]): FieldError[] => {
    const most = longest[field as keyof Origin] ?? limits.textChars;
    return value !== null && value.length > most ? [{ field, message: `has more than ${most} characters` }] : [];
  });
  if (fields.length === 0) return;
  const code: CaseEngineErrorCode = 'cases.origin-too-long';
  throw new AssayError('invalid', code, 'The origin of the document has fields that are too long', { fields });
}
