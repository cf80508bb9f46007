import { findingsChangedV1, subjectOfKey } from '@assay/contracts';
import { AssayError } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { LOGGER } from '@assay/service-host';
import type { Logger } from '@assay/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import { RecordFindings } from '../findings/record-findings.service.js';
import { toolOf } from '../findings/scanned-subject.js';
import { SubjectFindingsStore } from '../findings/subject-findings.store.js';
import type { StoredReading } from '../scanning/findings-document.js';
import type { Rejudgement } from './rejudgements.store.js';
import { problemOf, ReadAgain } from './read-again.service.js';

/** The subjects of documents that were sent without one. */
const documentKey = '["document",';

/** Says anew what the newest scan of a slot finds, because the advisories changed and nobody sent the document again. */
@Injectable()
export class RejudgeScan {
  constructor(
    private readonly readAgain: ReadAgain,
    private readonly scans: SubjectFindingsStore,
    private readonly recordFindings: RecordFindings,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async execute(tx: Transaction, { subjectId, slot }: Rejudgement): Promise<void> {
    const scan = await this.scans.lockScan(tx, subjectId, slot);
    if (scan === null) return;
    const tool = toolOf(slot);
    const reading = await this.#read(tx, { tool, documentDigest: scan.documentDigest, scanId: scan.scanId });
    if (reading === null || reading.findingsContent === scan.findingsSet) return;
    const { findings: document, findingsContent, outcome } = reading;
    const restated = { ...scan, findingsDigest: document.digest, findingsSet: findingsContent };
    const { version, opened, resolved } = await this.recordFindings.restate(tx, subjectId, restated, outcome.findings);

    // What was sent without a subject is nobody's to watch.
    if (scan.subjectKey.startsWith(documentKey)) return;
    const { scanId, receiptId } = scan;
    tx.publish(
      findingsChangedV1,
      { receiptId, scanId, subject: subjectOfKey(scan.subjectKey), tool, opened, resolved, findings: document },
      { subject: scan.subjectKey, version, lane: 'bulk' },
    );
  }

  /** Null for a document that cannot be read any more: what was said of it stands, and the others are not kept waiting. */
  async #read(
    tx: Transaction,
    scan: { readonly tool: string; readonly documentDigest: string; readonly scanId: string },
  ): Promise<StoredReading | null> {
    try {
      return await this.readAgain.execute(tx, scan);
    } catch (error) {
      if (!(error instanceof AssayError) || problemOf(error) === null) throw error;
      this.logger.warn({ err: error, scanId: scan.scanId }, 'a document could not be read again');
      return null;
    }
  }
}
