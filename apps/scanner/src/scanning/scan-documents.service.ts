import { ArtifactStore } from '@assay/artifacts';
import { type documentReceivedV1, type EventOf, findingsMediaType, scanCompletedV1 } from '@assay/contracts';
import { AssayError, newId } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { ServiceErrorCode } from '../scanner.errors.js';
import { AdvisoryIndex } from '../vulnerabilities/advisory-index.service.js';
import { findingsDocumentOf } from './findings-document.js';
import { type RecordedScan, RecordScans } from './record-scans.service.js';
import { ScanReports } from './scan-reports.service.js';
import { ScanSboms } from './scan-sboms.service.js';
import type { Scanned, ScanWork } from './scan-work.js';

type DocumentReceived = EventOf<typeof documentReceivedV1>;

/** Says what is in documents: inventory, findings, and the event from which everything else follows. */
@Injectable()
export class ScanDocuments {
  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly scanSboms: ScanSboms,
    private readonly scanReports: ScanReports,
    private readonly recordScans: RecordScans,
    private readonly advisories: AdvisoryIndex,
  ) {}

  /**
   * Documents of one tenant, together: the number of statements does not grow with them.
   * @throws AssayError `invalid` where a document means nothing, as its reader says it; `scanner.feeds-loading`
   *   (unavailable) before the first advisories are in; `scanner.feeds-moved` (conflict) if an import ended meanwhile
   */
  async execute(tx: Transaction, events: readonly DocumentReceived[]): Promise<void> {
    await this.recordScans.holdGeneration(tx);
    const works = events.flatMap((event) => worksOf(event));
    const scanned = [
      ...(await this.scanSboms.execute(
        tx,
        works.filter((work) => work.received.kind === 'sbom'),
      )),
      ...(await this.scanReports.execute(
        tx,
        works.filter((work) => work.received.kind === 'report'),
      )),
    ];
    const recorded = await Promise.all(scanned.map((each) => this.#store(tx, each)));
    if (!(await this.recordScans.execute(tx, recorded))) throw this.#moved();
    for (const each of recorded) publish(tx, each);
  }

  async #store(tx: Transaction, scanned: Scanned): Promise<RecordedScan> {
    const { scanId, received, document, outcome } = scanned;
    const content = Buffer.from(JSON.stringify(findingsDocumentOf(scanId, received, document, outcome)));
    return { ...scanned, findings: await this.artifacts.put(tx.tenant, content, findingsMediaType) };
  }

  /** What was remembered of the advisories is older than an import that has ended; another attempt reads them anew. */
  #moved(): AssayError<ServiceErrorCode> {
    this.advisories.forget();
    return new AssayError('conflict', 'scanner.feeds-moved', 'The advisories changed while the document was read');
  }
}

function worksOf(event: DocumentReceived): ScanWork[] {
  return event.data.documents.map(({ digest, size, mediaType }) => ({
    scanId: newId(),
    received: event.data,
    because: event,
    document: { digest, size, mediaType },
  }));
}

function publish(tx: Transaction, { scanId, received, because, document, outcome, findings }: RecordedScan): void {
  const { receiptId, kind, dialect, subject, origin, acceptedAt } = received;
  if (kind === 'vex') throw new TypeError('statements on vulnerabilities are not scanned');
  const { tool, engine, components, entries } = outcome;
  const about = { scanId, receiptId, kind, dialect, tool, document, subject, origin, acceptedAt };
  tx.publish(
    scanCompletedV1,
    { ...about, engines: [engine], components, entries, findings },
    { subject: scanId, because },
  );
}
