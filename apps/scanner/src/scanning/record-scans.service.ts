import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { type Look, RecordFindings } from '../findings/record-findings.service.js';
import { runKeyOf, runOrderOf, scannedSubject, slotOf, targetOf } from '../findings/scanned-subject.js';
import type { StoredReading } from './findings-document.js';
import type { ScanWork } from './scan-work.js';
import { ScansStore } from './scans.store.js';

/** A scan whose findings document is stored. */
export type RecordedScan = ScanWork & StoredReading;

/** Writes scans down, and what they change of their subjects. */
@Injectable()
export class RecordScans {
  constructor(
    private readonly scans: ScansStore,
    private readonly recordFindings: RecordFindings,
  ) {}

  /** False if a scan used another generation of the feeds than the present one; the transaction must then not commit. */
  async execute(tx: Transaction, recorded: readonly RecordedScan[]): Promise<boolean> {
    await this.scans.holdGeneration(tx);
    const looks = recorded.map((scan) => lookOf(tx, scan));
    const generation = await this.scans.add(
      tx,
      recorded.map((each, at) => ({ ...each, subjectId: looks[at]!.subject.id })),
    );
    if (recorded.some((each) => each.generation !== generation)) return false;
    await this.recordFindings.execute(tx, looks);
    return true;
  }
}

function lookOf(tx: Transaction, scan: RecordedScan): Look {
  const { scanId, received, document, outcome, sbomId, findings, findingsContent } = scan;
  const { receiptId, subject, origin, acceptedAt } = received;
  return {
    subject: scannedSubject(tx.tenant, subject, document.digest, origin),
    scan: {
      slot: slotOf(outcome.tool, targetOf(outcome.target, origin)),
      scanId,
      receiptId,
      sbomId,
      findingsDigest: findings.digest,
      findingsSet: findingsContent,
    },
    order: runOrderOf(origin, acceptedAt),
    runKey: runKeyOf(origin),
    found: outcome.findings,
  };
}
