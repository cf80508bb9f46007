import { outlineOf } from '@assay/documents';
import { maxReadDetailChars, reportHeadBytes } from '../limits.js';
import { refuse, unknownTool } from '../scanner.errors.js';
import { peekHead } from './peek-head.js';
import type { FindingSink, ReportReader, ReportSummary } from './report-reader.js';
import { recogniseReport, reportReaderOf, reportTools } from './report-readers.js';

/** How a report is to be read. */
export interface ReportTask {
  /** The tool that wrote it; null: whichever it is recognised as by its content. */
  readonly tool: string | null;
  /** False for dialects that take any JSON for a report without findings. */
  readonly mustBeRecognised: boolean;
}

/**
 * Reads a report of the named tool, or of the one that its content shows.
 * @throws AssayError `scanner.unknown-tool` for a tool that we don't read; `scanner.report-not-recognised` for a document that
 *   is nobody's report or another tool's; what the reader throws (`ReportReader.read`)
 */
export async function readReport(
  { tool, mustBeRecognised }: ReportTask,
  source: AsyncIterable<Uint8Array>,
  sink: FindingSink,
): Promise<ReportSummary> {
  const named = tool === null ? undefined : reportReaderOf(tool);
  if (tool !== null && named === undefined) throw unknownTool(tool, reportTools);
  const bounded = withinDetail(sink);
  if (named !== undefined && !mustBeRecognised) return named.read(source, bounded);
  const { head, source: whole, close } = await peekHead(source, reportHeadBytes);
  let reader: ReportReader;
  try {
    reader = readerFor(named, recogniseReport(outlineOf(head.subarray(0, reportHeadBytes))));
  } catch (error) {
    await close();
    throw error;
  }
  const summary = await reader.read(whole, bounded);
  if (!summary.isRecognised) throw refuse('scanner.report-not-recognised', '$', `is no report of ${reader.tool}`);
  return summary;
}

/** The sink for drafts that say no more at length than a process can hold. */
function withinDetail(sink: FindingSink): FindingSink {
  let left = maxReadDetailChars;
  return (drafts) => {
    const bare = { description: '', remediation: '', references: [] };
    const kept = drafts.map((draft) => {
      left -= draft.description.length + draft.remediation.length;
      return left >= 0 ? draft : { ...draft, ...bare };
    });
    return sink(kept);
  };
}

/** What the sender says decides, unless the document plainly says something else. */
function readerFor(named: ReportReader | undefined, found: ReportReader | undefined): ReportReader {
  if (named !== undefined && found !== undefined && named !== found) {
    const message = `is a report of ${found.tool}, but was sent as one of ${named.tool}`;
    throw refuse('scanner.report-not-recognised', '$', message);
  }
  const reader = named ?? found;
  if (reader !== undefined) return reader;
  const message = `is no report of a tool we read: ${reportTools.join(', ')}`;
  throw refuse('scanner.report-not-recognised', '$', message);
}
