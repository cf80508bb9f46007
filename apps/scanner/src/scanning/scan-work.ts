import type { ArtifactRef, Envelope } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { ReceivedDocument, ScanOutcome } from './findings-document.js';

/** One document of one receipt, to be scanned. */
export interface ScanWork {
  readonly scanId: Uuid;
  readonly received: ReceivedDocument;
  /** The event that brought it: what is said of the scan carries its actor, receipt and trace on. */
  readonly because: Envelope;
  readonly document: ArtifactRef;
}

/** What came of it. */
export interface Scanned extends ScanWork {
  readonly outcome: ScanOutcome;
  /** Null for reports. */
  readonly sbomId: Uuid | null;
  /** Of the feeds that were used. */
  readonly generation: number;
}

/** Milliseconds since `startedMs` of `performance.now()`, to a hundredth. */
export function elapsedMs(startedMs: number): number {
  return Math.round((performance.now() - startedMs) * 100) / 100;
}
