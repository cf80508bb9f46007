import { ArtifactStore } from '@assay/artifacts';
import { type ArtifactRef, findingsMediaType, scanCompletedV1 } from '@assay/contracts';
import { AssayError, newId } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { RecordFindings } from '../findings/record-findings.service.js';
import { runOrderOf, scannedSubject } from '../findings/scanned-subject.js';
import type { ServiceErrorCode } from '../scanner.errors.js';
import { AdvisoryIndex } from '../vulnerabilities/advisory-index.service.js';
import { findingsDocumentOf, type ReceivedDocument } from './findings-document.js';
import { ScanEngines } from './scan-engines.service.js';
import { ScansStore } from './scans.store.js';

/** Says what is in a document: inventory, findings, and the event from which everything else follows. */
@Injectable()
export class ScanDocument {
  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly engines: ScanEngines,
    private readonly scans: ScansStore,
    private readonly recordFindings: RecordFindings,
    private readonly advisories: AdvisoryIndex,
  ) {}

  /**
   * @throws AssayError `invalid` where the document means nothing, as its reader says it; `scanner.feeds-loading`
   *   (unavailable) before the first advisories are in; `scanner.feeds-moved` (conflict) if an import ended meanwhile
   */
  async execute(tx: Transaction, received: ReceivedDocument): Promise<void> {
    await this.scans.holdGeneration(tx);
    for (const { digest, size, mediaType } of received.documents) {
      await this.#scan(tx, received, { digest, size, mediaType });
    }
  }

  async #scan(tx: Transaction, received: ReceivedDocument, document: ArtifactRef): Promise<void> {
    const scanId = newId();
    const { outcome, sbomId, generation } = await this.engines.scan(tx, received, document);
    const content = findingsDocumentOf(scanId, received, document, outcome);
    const bytes = Buffer.from(JSON.stringify(content));
    const findings = await this.artifacts.put(tx.tenant, bytes, findingsMediaType);

    const { tool, engine } = outcome;
    const { receiptId, kind, dialect, subject, origin, acceptedAt } = received;
    const scanned = scannedSubject(tx.tenant, subject, document.digest, origin);
    const now = await this.scans.add(tx, {
      id: scanId,
      receiptId,
      kind,
      tool,
      documentDigest: document.digest,
      sbomId,
      subjectId: scanned.id,
      findingsDigest: findings.digest,
      findingsCount: outcome.findings.length,
      engines: [engine],
      feedGeneration: generation,
    });
    if (now !== generation) throw this.#moved();
    await this.recordFindings.execute(
      tx,
      scanned,
      { tool, scanId, receiptId, sbomId, findingsDigest: findings.digest },
      runOrderOf(origin, acceptedAt),
      outcome.findings,
    );
    const { components, entries } = outcome;
    tx.publish(
      scanCompletedV1,
      {
        scanId,
        receiptId,
        kind,
        dialect,
        tool,
        document,
        subject,
        origin,
        acceptedAt,
        engines: [engine],
        components,
        entries,
        findings,
      },
      { subject: scanned.key, correlationId: receiptId },
    );
  }

  /** What was remembered of the advisories is older than an import that has ended; another attempt reads them anew. */
  #moved(): AssayError<ServiceErrorCode> {
    this.advisories.forget();
    return new AssayError('conflict', 'scanner.feeds-moved', 'The advisories changed while the document was read');
  }
}
