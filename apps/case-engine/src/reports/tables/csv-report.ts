import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import type { RepositoryReport } from '../repository/repository-report.js';
import type { RunReport } from '../run-report.js';
import { type CellValue, findingColumns, openColumns, type TableColumn } from './finding-columns.js';

/** The findings of a run as CSV, what is excluded among them. */
export function csvReport({ findings }: Pick<RunReport, 'findings'>): Readable {
  return csvOf(findingColumns, findings);
}

/** What is open in a repository as CSV. */
export function repositoryCsv(report: RepositoryReport): Readable {
  return csvOf(openColumns(report), report.findings);
}

/**
 * A table as CSV (RFC 4180): a head, then a row for each. In UTF-8 with a byte order mark, without which spreadsheets take it
 * for Latin-1. A text that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV Injection): what is
 * quoted here comes from strangers.
 */
function csvOf<Row>(columns: readonly TableColumn<Row>[], list: readonly Row[]): Readable {
  const text = stringify({ bom: true, record_delimiter: 'windows', escape_formulas: true });
  return Readable.from(rowsOf(columns, list)).pipe(text);
}

function* rowsOf<Row>(columns: readonly TableColumn<Row>[], list: readonly Row[]): Generator<(string | number)[]> {
  yield columns.map(({ title }) => title);
  for (const row of list) yield columns.map(({ value }) => textOf(value(row)));
}

function textOf(value: CellValue): string | number {
  if (value === null) return '';
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : value;
}
