import { ArtifactStore } from '@assay/artifacts';
import {
  type ArtifactRef,
  caseChangedV1,
  type ClosedAs,
  type DataOf,
  type Envelope,
  type Finding,
  findingsJudgedV1,
  type JudgementChange,
  judgementMediaType,
  subjectKey,
} from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { inFewWords, type JudgedCounts } from '../findings/judgement.js';
import { limits } from '../limits.js';
import type { Case } from './case.js';

/** The run that was judged, as events name it. */
export interface JudgedRunRef {
  readonly id: Uuid | null;
  readonly commitSha: string | null;
  readonly runUrl: string | null;
}

/** A judgement that changed something. */
export interface Announcement {
  readonly because: DataOf<typeof findingsJudgedV1>['because'];
  /** Null where a document without a subject was judged. */
  readonly case: Case | null;
  readonly run: JudgedRunRef;
  readonly receiptId: Uuid | null;
  readonly counts: JudgedCounts;
  readonly opened: readonly Finding[];
  readonly excepted: readonly Finding[];
  readonly resolved: readonly Finding[];
  /** Keys of those among the opened that are no news: they had only not been seen while a run was incomplete. */
  readonly again?: ReadonlySet<string> | undefined;
  /** The event that led to it, where the transaction belongs to several. */
  readonly event?: Envelope | undefined;
  /** Set where the case was closed or opened again; absent says that neither happened. */
  readonly closedAs?: ClosedAs | null;
}

/** Says what a judgement changed: `findings.judged`, and `case.changed` where there is a case. */
@Injectable()
export class PublishJudgement {
  constructor(private readonly artifacts: ArtifactStore) {}

  async execute(tx: Transaction, said: Announcement): Promise<void> {
    const { opened, excepted, resolved } = said;
    if (opened.length + excepted.length + resolved.length > 0) await this.judged(tx, said);
    if (said.case === null) return;
    const { id, subject, status, version } = said.case;
    const { kev: _kev, excluded: _excluded, ...counts } = said.counts;
    const closed = said.closedAs === undefined ? {} : { closedAs: said.closedAs };
    tx.publish(
      caseChangedV1,
      { caseId: id, subject, status, counts, ...closed },
      { subject: String(id), version, because: said.event },
    );
  }

  private async judged(tx: Transaction, said: Announcement): Promise<void> {
    const { case: kase, run } = said;
    const change = {
      opened: said.opened.map((each) => ({
        ...inFewWords(each),
        ...(said.again?.has(each.key) === true && { again: true }),
      })),
      excepted: said.excepted.map(inFewWords),
      resolved: said.resolved.map(inFewWords),
    };
    tx.publish(
      findingsJudgedV1,
      {
        receiptId: said.receiptId,
        runId: run.id,
        caseId: kase?.id ?? null,
        subject: kase?.subject ?? null,
        commitSha: run.commitSha,
        runUrl: run.runUrl,
        because: said.because,
        openedCount: change.opened.length,
        exceptedCount: change.excepted.length,
        resolvedCount: change.resolved.length,
        counts: said.counts,
        ...(said.closedAs ? { closedAs: said.closedAs } : {}),
        ...(await this.inlineOrDocument(tx, change)),
      },
      { ...(kase === null ? {} : { subject: subjectKey(kase.subject), version: kase.version }), because: said.event },
    );
  }

  /** What does not fit into a message goes by claim check. */
  private async inlineOrDocument(
    tx: Transaction,
    change: JudgementChange,
  ): Promise<{ change: JudgementChange | null; document: ArtifactRef | null }> {
    const bytes = Buffer.from(JSON.stringify(change));
    if (bytes.length <= limits.inlineChangeBytes) return { change, document: null };
    return { change: null, document: await this.artifacts.put(tx.tenant, bytes, judgementMediaType) };
  }
}
