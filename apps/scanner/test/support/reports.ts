import type { FindingDraft } from '../../src/reports/finding-draft.js';
import { readReport } from '../../src/reports/read-report.js';
import type { ReportSummary } from '../../src/reports/report-reader.js';
import { documentBytes, fixtureBytes } from './fixtures.js';

/** A report as it was read. */
export interface Reading {
  readonly summary: ReportSummary;
  readonly findings: readonly FindingDraft[];
}

/** Reads a report of a tool, or of the one it is recognised as. */
export async function reading(tool: string | null, source: AsyncIterable<Uint8Array>): Promise<Reading> {
  const findings: FindingDraft[] = [];
  const task = { tool, mustBeRecognised: true };
  const summary = await readReport(task, source, (batch) => void findings.push(...batch));
  return { summary, findings };
}

/** Reads a report below `test/fixtures/<tool>`. */
export function readingOf(tool: string, name: string): Promise<Reading> {
  return reading(tool, fixtureBytes(`${tool}/${name}`));
}

/** Reads a report made in the test, in small chunks. */
export function readingOfDocument(tool: string | null, document: unknown): Promise<Reading> {
  return reading(tool, documentBytes(document, 61));
}
