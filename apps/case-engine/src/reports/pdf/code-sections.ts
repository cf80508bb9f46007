import type { ReportedFinding, RunReport } from '../run-report.js';
import { limits } from '../../limits.js';
import { idCell, placeCell, whatCell } from './finding-cells.js';
import { nothing, omission } from './nothing.js';
import type { Sheet } from './sheet.js';
import { severityCell, table } from './table.js';

/** What is set up wrongly, and what should not stand in the repository at all. */
export function codeSections(sheet: Sheet, report: RunReport): void {
  sheet.heading('Misconfigurations', 'misconfigurations');
  const misconfigurations = openOf(report, 'misconfiguration');
  if (misconfigurations.length === 0) nothing(sheet, emptyWord(report, 'misconfigurations'));
  else misconfigurationTable(sheet, misconfigurations);
  sheet.heading('Exposed secrets', 'secrets');
  const secrets = openOf(report, 'secret');
  if (secrets.length === 0) nothing(sheet, emptyWord(report, 'exposed secrets'));
  else secretTable(sheet, secrets);
}

function openOf({ findings }: RunReport, kind: ReportedFinding['kind']): ReportedFinding[] {
  return findings.filter((each) => each.kind === kind && each.state === 'open');
}

/** Trivy is what looks for both in PatchHound's runs: where it was skipped, nobody looked. */
function emptyWord({ skipped }: RunReport, what: string): string {
  if (skipped.includes('trivy')) return `Nobody looked for ${what}: Trivy was not run.`;
  return `No ${what} that count.`;
}

function misconfigurationTable(sheet: Sheet, found: readonly ReportedFinding[]): void {
  table(
    sheet,
    [
      { title: 'Severity', share: 1.6 },
      { title: 'Id', share: 2 },
      { title: 'File', share: 2.8 },
      { title: 'What', share: 4.6 },
      { title: 'Resolution', share: 3.4 },
    ],
    found
      .slice(0, limits.pdfRows)
      .map((each) => [
        severityCell(each.severity),
        idCell(each),
        placeCell(each),
        whatCell(each),
        [{ text: each.remediation ?? '', most: 8 }],
      ]),
  );
  omission(sheet, found.length - limits.pdfRows);
}

function secretTable(sheet: Sheet, found: readonly ReportedFinding[]): void {
  table(
    sheet,
    [
      { title: 'Severity', share: 1.6 },
      { title: 'Rule', share: 3 },
      { title: 'File', share: 4 },
      { title: 'What', share: 5 },
    ],
    found
      .slice(0, limits.pdfRows)
      .map((each) => [severityCell(each.severity), idCell(each), placeCell(each), whatCell(each)]),
  );
  omission(sheet, found.length - limits.pdfRows);
}
