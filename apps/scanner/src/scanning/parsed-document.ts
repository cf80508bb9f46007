import type { SeverityCounts } from '@assay/kernel';
import type { FindingDraft } from '../reports/finding-draft.js';
import { readReport, type ReportTask } from '../reports/read-report.js';
import { readSbom } from '../sboms/read-sbom.js';
import type { SbomComponent, SbomDocument } from '../sboms/sbom.js';

/** What to read a document as. */
export type ReadingTask = { readonly kind: 'sbom' } | ({ readonly kind: 'report' } & ReportTask);

/** What stands in a report. */
export interface ParsedReport {
  readonly kind: 'report';
  readonly tool: string;
  readonly toolVersion: string | null;
  /** What the report says it is about; empty where it does not. */
  readonly target: string;
  readonly entries: SeverityCounts;
  readonly warnings: readonly string[];
}

/** All that a document says but for its components or findings, which go to the sink while it is read. */
export type ParsedDocument = { readonly kind: 'sbom'; readonly sbom: SbomDocument } | ParsedReport;

/** A piece of what was read. It counts only once `parseDocument` has resolved. */
export type ParsedBatch =
  { readonly components: readonly SbomComponent[] } | { readonly drafts: readonly FindingDraft[] };

/**
 * Reads a document while it streams by. Runs on the event loop or in a parser thread; it knows neither.
 * @throws AssayError `invalid` with the place in the document, as the readers say it; `scanner.unknown-tool`
 */
export async function parseDocument(
  task: ReadingTask,
  source: AsyncIterable<Uint8Array>,
  sink: (batch: ParsedBatch) => void,
): Promise<ParsedDocument> {
  if (task.kind === 'sbom') {
    return { kind: 'sbom', sbom: await readSbom(source, (components) => sink({ components })) };
  }
  const { isRecognised: _, ...summary } = await readReport(task, source, (drafts) => sink({ drafts }));
  return { ...summary, kind: 'report' };
}
