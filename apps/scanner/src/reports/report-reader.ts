import type { SeverityCounts } from '@assay/kernel';
import type { FindingDraft } from './finding-draft.js';

/** Takes findings as they are read; what it was given counts only when `read` has resolved. */
export type FindingSink = (findings: readonly FindingDraft[]) => Promise<void> | void;

/** What is known of a report besides its findings. */
export interface ReportSummary {
  readonly tool: string;
  /** Null where the report does not say. */
  readonly toolVersion: string | null;
  /** False if nothing in the document marks it as a report of this tool; the caller decides what that means. */
  readonly isRecognised: boolean;
  /** Every entry of the report by severity, with duplicates and with what is no finding: what a dialect's reply counts. */
  readonly entries: SeverityCounts;
}

/** How one tool's reports are read. A new tool is a new file like `trivy-report.ts` and one entry in `report-readers.ts`. */
export interface ReportReader {
  /** The word in `/api/v1/ingest/reports/{tool}`. */
  readonly tool: string;
  /** Could a document that begins with this text be a report of the tool? For routes that do not say which. */
  recognises(head: string): boolean;
  /**
   * Reads the report from a stream of UTF-8 bytes. Throws what `@assay/documents` throws on bad syntax, and
   * `scanner.report-not-recognised` and `scanner.wrong-type` on bad meaning, with the JSON path in the message.
   */
  read(source: AsyncIterable<Uint8Array>, sink: FindingSink): Promise<ReportSummary>;
}
