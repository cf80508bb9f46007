import { severities } from '@assay/kernel';
import writeXlsxFile, { type Cell } from 'write-excel-file/node';
import {
  getCellAddress,
  getOrderOfSiblings,
  insertElementMarkupAccordingToOrderOfSiblings,
} from 'write-excel-file/utility';
import { limits } from '../../limits.js';
import { titleOf } from '../report-title.js';
import type { ReportedPackage, RunReport } from '../run-report.js';
import { type CellValue, findingColumns, type TableColumn } from './finding-columns.js';

/**
 * A report as a workbook: summary, what counts, what is excluded, packages. Texts are texts, whatever they begin with, so
 * that none of them becomes a formula. What does not fit on a sheet is counted in the summary.
 *
 * @param reportedAt the report date
 */
export async function xlsxReport(report: RunReport, reportedAt: Date): Promise<Buffer> {
  const open = report.findings.filter(({ state }) => state === 'open');
  const excluded = report.findings.filter(({ state }) => state === 'excluded');
  const omitted = [
    ['Findings', open.length - limits.xlsxRows],
    ['Excluded', excluded.length - limits.xlsxRows],
    ['Packages', report.packages.length - limits.xlsxRows + report.packagesOmitted],
  ] as const;
  return writeXlsxFile(
    [
      { ...summary(report, reportedAt, omitted), sheet: 'Summary' },
      { ...rows(findingColumns, open), sheet: 'Findings' },
      { ...rows(findingColumns, excluded), sheet: 'Excluded' },
      { ...rows(packageColumns, report.packages), sheet: 'Packages' },
    ],
    { features: [autoFilter] },
  ).toBuffer();
}

const packageColumns: readonly TableColumn<ReportedPackage>[] = [
  { title: 'Name', width: 30, value: ({ name }) => name },
  { title: 'Version', width: 18, value: ({ version }) => version },
  { title: 'Type', width: 14, value: ({ packageType, type }) => packageType ?? type },
  { title: 'Package URL', width: 60, value: ({ purl }) => purl },
  { title: 'CPE', width: 40, value: ({ cpe }) => cpe },
  { title: 'Language', width: 14, value: ({ language }) => language },
  { title: 'Found by', width: 22, value: ({ foundBy }) => foundBy },
  { title: 'Locations', width: 50, value: ({ locations }) => locations.join('\n') },
];

type Workbook = Parameters<typeof writeXlsxFile>;
type SheetOf = Omit<Workbook[0][number], 'sheet'>;
type Feature = NonNullable<NonNullable<Workbook[1]>['features']>[number];

function rows<Row>(columns: readonly TableColumn<Row>[], list: readonly Row[]): SheetOf {
  const head = columns.map(({ title }) => ({ value: title, fontWeight: 'bold', backgroundColor: '#eaeef2' }) as const);
  const data = list.slice(0, limits.xlsxRows).map((row) => columns.map(({ value }) => cellOf(value(row))));
  return { data: [head, ...data], columns: columns.map(({ width }) => ({ width })), stickyRowsCount: 1 };
}

function summary(report: RunReport, reportedAt: Date, omitted: readonly (readonly [string, number])[]): SheetOf {
  const { run, verdict, counts, dates } = report;
  const facts: [string, CellValue][] = [
    ['Report on', titleOf(report)],
    ['Verdict', verdict.verdict],
    ...verdict.reasons.map((reason): [string, CellValue] => ['Reason', reason]),
    ['Scan date', new Date(dates.scanned)],
    ['Report date', reportedAt],
    ['Rescan date', dates.rescanned === null ? null : new Date(dates.rescanned)],
    ['Commit', run.commitSha],
    ['Author', run.commitAuthor],
    ['Run', run.runUrl ?? run.name ?? run.id],
    ...severities.map((name): [string, CellValue] => [`Open, ${name}`, counts.open[name]]),
    ['Open, known to be exploited', counts.open.kev],
    ['Excluded', counts.findings - severities.reduce((sum, name) => sum + counts.open[name], 0)],
    ['Packages', counts.packages],
    ['New since rescan', counts.newFindings],
    ['New and exploited since rescan', counts.newKevFindings],
    ...report.skipped.map((tool): [string, CellValue] => ['Not run', tool]),
    ...Object.entries(report.toolVersions).map(([tool, version]): [string, CellValue] => [
      `Version of ${tool}`,
      version,
    ]),
    ...omitted
      .filter(([, count]) => count > 0)
      .map(([sheet, count]): [string, CellValue] => [`Left out of the sheet ${sheet}`, count]),
  ];
  const data = facts.map(([name, value]) => [{ value: name, fontWeight: 'bold' } as const, cellOf(value)]);
  return { data, columns: [{ width: 32 }, { width: 80 }] };
}

function cellOf(value: CellValue): Cell {
  if (value === null || value === '') return null;
  if (typeof value === 'string') return { value: value.slice(0, limits.xlsxCellChars), type: String };
  if (value instanceof Date) return { value, type: Date, format: 'yyyy-mm-dd hh:mm' };
  return value;
}

/** The arrows in the head by which people sort and filter, on every sheet whose head is frozen. */
const autoFilter: Feature = {
  files: {
    transform: {
      'xl/worksheets/sheet{id}.xml': {
        transform: (xml, { stickyRowsCount, columns }) => {
          if (stickyRowsCount !== 1 || columns === undefined) return xml;
          const last = getCellAddress((xml.match(/<row[ >]/g) ?? []).length - 1, columns.length - 1);
          const element = `<autoFilter ref="A1:${last}"/>`;
          const order = getOrderOfSiblings('xl/worksheets/sheet{id}.xml', 'worksheet') ?? [];
          return insertElementMarkupAccordingToOrderOfSiblings(xml, element, order, 'worksheet');
        },
      },
    },
  },
};
