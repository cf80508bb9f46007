import { ArtifactStore } from '@assay/artifacts';
import {
  type documentReceivedV1,
  type EventOf,
  findingsMediaType,
  sbomReader,
  scanCompletedV1,
} from '@assay/contracts';
import { AssayError, digestOf } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { ServiceErrorCode } from '../scanner.errors.js';
import { AdvisoryIndex } from '../vulnerabilities/advisory-index.service.js';
import { findingsDocumentOf } from './findings-document.js';
import { type RecordedScan, RecordScans } from './record-scans.service.js';
import { ScanReports } from './scan-reports.service.js';
import { ScanSboms } from './scan-sboms.service.js';
import { completedOf } from './scan-completed.js';
import { type Scanned, type ScanWork, worksOf } from './scan-work.js';

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
   * Documents of one tenant, together: the number of statements does not grow with them. What is said of a receipt is said
   * once, of all of its documents; if one of them is bad, nothing is.
   * @throws AssayError `invalid` where a document means nothing, as its reader says it; `scanner.feeds-loading`
   *   (unavailable) before the first advisories are in; `scanner.feeds-moved` (conflict) if an import ended meanwhile
   */
  async execute(tx: Transaction, events: readonly DocumentReceived[]): Promise<void> {
    const works = events.flatMap((event) => worksOf(event));
    if (works.length === 0) return;
    await this.recordScans.holdGeneration(tx);
    const [sboms, reports] = [works.filter(isSbom), works.filter((work) => !isSbom(work))];
    const scanned = [...(await this.scanSboms.execute(tx, sboms)), ...(await this.scanReports.execute(tx, reports))];
    const recorded = await Promise.all(scanned.map((each) => this.#store(tx, each)));
    if (!(await this.recordScans.execute(tx, recorded))) throw this.#moved();
    const byId = new Map(recorded.map((scan) => [scan.scanId, scan]));
    const inOrder = works.flatMap(({ scanId }) => byId.get(scanId) ?? []);
    for (const [because, scans] of Map.groupBy(inOrder, (scan) => scan.because)) {
      tx.publish(scanCompletedV1, completedOf(scans), { subject: scans[0]!.scanId, because });
    }
  }

  async #store(tx: Transaction, scanned: Scanned): Promise<RecordedScan> {
    const { scanId, received, document, outcome } = scanned;
    const { findings, ...head } = findingsDocumentOf(scanId, received, document, outcome);
    const listed = JSON.stringify(findings);
    const content = Buffer.from(`${JSON.stringify(head).slice(0, -1)},"findings":${listed}}`);
    const stored = await this.artifacts.put(tx.tenant, content, findingsMediaType);
    return { ...scanned, findings: stored, findingsContent: digestOf(listed) };
  }

  /** What was remembered of the advisories is older than an import that has ended; another attempt reads them anew. */
  #moved(): AssayError<ServiceErrorCode> {
    this.advisories.forget();
    return new AssayError('conflict', 'scanner.feeds-moved', 'The advisories changed while the document was read');
  }
}

function isSbom({ reader }: ScanWork): boolean {
  return reader === sbomReader;
}
