import { ArtifactStore } from '@assay/artifacts';
import {
  type EngineRun,
  findingsChangedV1,
  findingsDocumentSchema,
  findingsMediaType,
  subjectKey,
} from '@assay/contracts';
import { isDigest } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { setOf } from '../findings/diff-findings.js';
import { RecordFindings } from '../findings/record-findings.service.js';
import { type SubjectScan, SubjectFindingsStore } from '../findings/subject-findings.store.js';
import { maxFindingsDocumentBytes } from '../limits.js';
import { FreshFindings } from './fresh-findings.service.js';
import type { Rejudgement } from './rejudgements.store.js';

/** Says anew what a subject's newest scan finds, because the advisories changed and nobody sent the document again. */
@Injectable()
export class RejudgeScan {
  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly fresh: FreshFindings,
    private readonly scans: SubjectFindingsStore,
    private readonly recordFindings: RecordFindings,
  ) {}

  async execute(tx: Transaction, { subjectId, tool }: Rejudgement): Promise<void> {
    const scan = await this.scans.lockScan(tx, subjectId, tool);
    if (scan === null) return;
    const { findings, data } = await this.fresh.of(tx, subjectId, scan);
    const findingsSet = setOf(findings);
    if (findingsSet === scan.findingsSet) return;

    const before = await this.#documentOf(tx, scan);
    const engines = before.engines.map((engine): EngineRun => ({ ...engine, data }));
    const content = { ...before, engines, findings: findings.map(({ finding }) => finding) };
    const document = await this.artifacts.put(tx.tenant, Buffer.from(JSON.stringify(content)), findingsMediaType);
    const restated = { ...scan, findingsDigest: document.digest, findingsSet };
    const { version, opened, resolved } = await this.recordFindings.restate(tx, subjectId, restated, findings);

    // What was sent without a subject is nobody's to watch.
    const { subject } = before;
    if (subject === null) return;
    const { scanId, receiptId } = scan;
    tx.publish(
      findingsChangedV1,
      { receiptId, scanId, subject, tool, opened, resolved, findings: document },
      { subject: subjectKey(subject), version, lane: 'bulk' },
    );
  }

  async #documentOf(tx: Transaction, { findingsDigest }: SubjectScan) {
    if (!isDigest(findingsDigest)) throw new TypeError(`${findingsDigest} is no digest`);
    const bytes = await this.artifacts.read(tx.tenant, findingsDigest, maxFindingsDocumentBytes);
    return findingsDocumentSchema.parse(JSON.parse(bytes.toString('utf8')));
  }
}
