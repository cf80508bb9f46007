import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import type { RunReport } from '../run-report.js';
import { type CellValue, findingColumns } from './finding-columns.js';

/**
 * The findings of a report as CSV (RFC 4180): a head, then a row for each, what is excluded among them. In UTF-8 with a byte
 * order mark, without which spreadsheets take it for Latin-1. A text that a spreadsheet would take for a formula gets an
 * apostrophe before it (OWASP, CSV Injection): what is quoted here comes from strangers.
 */
export function csvReport({ findings }: Pick<RunReport, 'findings'>): Readable {
  const rows = Readable.from(rowsOf(findings));
  const text = stringify({ bom: true, record_delimiter: 'windows', escape_formulas: true });
  return rows.pipe(text);
}

function* rowsOf(findings: RunReport['findings']): Generator<(string | number)[]> {
  yield findingColumns.map(({ title }) => title);
  for (const finding of findings) yield findingColumns.map(({ value }) => textOf(value(finding)));
}

function textOf(value: CellValue): string | number {
  if (value === null) return '';
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : value;
}
