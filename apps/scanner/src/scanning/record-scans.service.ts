import type { ArtifactRef } from '@assay/contracts';
import type { Digest } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { RecordFindings } from '../findings/record-findings.service.js';
import { runOrderOf, scannedSubject } from '../findings/scanned-subject.js';
import { ScansStore } from './scans.store.js';
import type { Scanned } from './scan-work.js';

/** A scan whose findings document is stored. */
export interface RecordedScan extends Scanned {
  readonly findings: ArtifactRef;
  /** Digest of the JSON of the findings alone. */
  readonly findingsContent: Digest;
}

/** Writes scans down, and what they change of their subjects. */
@Injectable()
export class RecordScans {
  constructor(
    private readonly scans: ScansStore,
    private readonly recordFindings: RecordFindings,
  ) {}

  /** See `ScansStore.holdGeneration`. */
  async holdGeneration(tx: Transaction): Promise<void> {
    await this.scans.holdGeneration(tx);
  }

  /** False if a scan used another generation of the feeds than the present one; the transaction must then not commit. */
  async execute(tx: Transaction, recorded: readonly RecordedScan[]): Promise<boolean> {
    const looks = recorded.map(({ scanId, received, document, outcome, sbomId, findings }) => {
      const { receiptId, subject, origin, acceptedAt } = received;
      const scan = { tool: outcome.tool, scanId, receiptId, sbomId, findingsDigest: findings.digest };
      const order = runOrderOf(origin, acceptedAt);
      return {
        subject: scannedSubject(tx.tenant, subject, document.digest, origin),
        scan,
        order,
        found: outcome.findings,
      };
    });
    const generation = await this.scans.add(
      tx,
      recorded.map((each, at) => ({ ...each, subjectId: looks[at]!.subject.id })),
    );
    if (recorded.some((each) => each.generation !== generation)) return false;
    await this.recordFindings.execute(tx, looks);
    return true;
  }
}
