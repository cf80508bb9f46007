import { gitleaksReport } from './gitleaks-report.js';
import { grypeReport } from './grype-report.js';
import { npmAuditReport } from './npm-audit-report.js';
import { osvScannerReport } from './osv-scanner-report.js';
import type { ReportReader } from './report-reader.js';
import { sarifReport } from './sarif-report.js';
import { semgrepReport } from './semgrep-report.js';
import { trivyReport } from './trivy-report.js';

/** The readers of all tools. Where several recognise a document the first one has it. */
const readers: readonly ReportReader[] = [
  trivyReport,
  grypeReport,
  osvScannerReport,
  semgrepReport,
  sarifReport,
  gitleaksReport,
  npmAuditReport,
];

/** The reader for `{tool}` of the ingest route, undefined for a tool that we don't read. */
export function reportReaderOf(tool: string): ReportReader | undefined {
  return readers.find((reader) => reader.tool === tool);
}

/** The reader of the tool that writes documents whose beginning shows these paths (`outlineOf`). */
export function recogniseReport(outline: ReadonlySet<string>): ReportReader | undefined {
  return readers.find((reader) => reader.recognises(outline));
}

/** The tools whose reports are read. */
export const reportTools: readonly string[] = readers.map((reader) => reader.tool);
