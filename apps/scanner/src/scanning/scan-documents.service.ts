import { type documentReceivedV1, type EventOf, scanCompletedV1 } from '@assay/contracts';
import { AssayError } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { ServiceErrorCode } from '../scanner.errors.js';
import { AdvisoryIndex } from '../vulnerabilities/advisory-index.service.js';
import { ReadDocuments } from './read-documents.service.js';
import { RecordScans } from './record-scans.service.js';
import { completedOf } from './scan-completed.js';
import { worksOf } from './scan-work.js';

/** Says what is in the documents of receipts: inventory, findings, and the event from which everything else follows. */
@Injectable()
export class ScanDocuments {
  constructor(
    private readonly readDocuments: ReadDocuments,
    private readonly recordScans: RecordScans,
    private readonly advisories: AdvisoryIndex,
  ) {}

  /**
   * Documents of one tenant, together: the number of statements does not grow with them. What is said of a receipt is said
   * once, of all of its documents; if one of them is bad, nothing is.
   * @throws AssayError what `ReadDocuments.execute` throws; `scanner.nothing-to-scan` (invalid) for a bundle that nobody
   *   reads; `scanner.feeds-moved` (conflict) if an import ended meanwhile
   */
  async execute(tx: Transaction, events: readonly EventOf<typeof documentReceivedV1>[]): Promise<void> {
    const works = events.flatMap((event) => worksOf(event));
    if (works.length === 0) return;
    const readings = await this.readDocuments.execute(tx, works);
    const recorded = works.map((work, at) => ({ ...work, ...readings[at]! }));
    if (!(await this.recordScans.execute(tx, recorded))) throw this.#moved();
    for (const [because, scans] of Map.groupBy(recorded, (scan) => scan.because)) {
      tx.publish(scanCompletedV1, completedOf(scans), { subject: scans[0]!.scanId, because });
    }
  }

  /** What was remembered of the advisories is older than an import that has ended; another attempt reads them anew. */
  #moved(): AssayError<ServiceErrorCode> {
    this.advisories.forget();
    return new AssayError('conflict', 'scanner.feeds-moved', 'The advisories changed while the document was read');
  }
}
