import { severities } from '@assay/kernel';
import { limits } from '../../limits.js';
import { titleOf } from '../report-title.js';
import type { ReportedPackage, RunReport } from '../run-report.js';
import { type CellValue, findingColumns, type TableColumn } from './finding-columns.js';
import { factsSheet, rowsSheet, workbook } from './workbook.js';

type Fact = readonly [string, CellValue];

/**
 * A report as a workbook: summary, what counts, what is excluded, packages.  What does not fit on a sheet is counted in the summary.
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
  return workbook({
    Summary: factsSheet(summary(report, reportedAt, omitted)),
    Findings: rowsSheet(findingColumns, open),
    Excluded: rowsSheet(findingColumns, excluded),
    Packages: rowsSheet(packageColumns, report.packages),
  });
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

function summary(report: RunReport, reportedAt: Date, omitted: readonly (readonly [string, number])[]): Fact[] {
  const { run, verdict, counts, dates } = report;
  return [
    ['Report on', titleOf(report)],
    ['Verdict', verdict.verdict],
    ...verdict.reasons.map((reason): Fact => ['Reason', reason]),
    ['Scan date', new Date(dates.scanned)],
    ['Report date', reportedAt],
    ['Rescan date', dates.rescanned === null ? null : new Date(dates.rescanned)],
    ['Commit', run.commitSha],
    ['Author', run.commitAuthor],
    ['Run', run.runUrl ?? run.name ?? run.id],
    ...severities.map((name): Fact => [`Open, ${name}`, counts.open[name]]),
    ['Open, known to be exploited', counts.open.kev],
    ['Excluded', counts.findings - severities.reduce((sum, name) => sum + counts.open[name], 0)],
    ['Packages', counts.packages],
    ['New since rescan', counts.newFindings],
    ['New and exploited since rescan', counts.newKevFindings],
    ...report.skipped.map((tool): Fact => ['Not run', tool]),
    ...Object.entries(report.toolVersions).map(([tool, version]): Fact => [`Version of ${tool}`, version]),
    ...omitted
      .filter(([, count]) => count > 0)
      .map(([sheet, count]): Fact => [`Left out of the sheet ${sheet}`, count]),
  ];
}
