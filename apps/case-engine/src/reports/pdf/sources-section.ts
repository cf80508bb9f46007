import { sourceName } from '../source-name.js';
import type { ReportedFinding, RunReport } from '../run-report.js';
import { limits } from '../../limits.js';
import { idCell, placeCell, whatCell } from './finding-cells.js';
import { nothing, omission } from './nothing.js';
import type { Sheet } from './sheet.js';
import { type Cell, severityCell, table } from './table.js';

const listed: ReadonlySet<ReportedFinding['kind']> = new Set(['vulnerability', 'sast', 'license']);

/** What counts, by who found it. Misconfigurations and secrets have sections of their own. */
export function sourcesSection(sheet: Sheet, report: RunReport): void {
  sheet.heading('Findings by source', 'sources');
  const found = report.findings.filter(({ kind, state }) => state === 'open' && listed.has(kind));
  const bySource = Map.groupBy(found, ({ engines }) => engines.join('\n'));
  for (const source of sourcesOf(report, bySource)) {
    const names = source.split('\n');
    sheet.subheading(names.map(sourceName).join(', '));
    const rows = bySource.get(source) ?? [];
    if (rows.length > 0) sourceTable(sheet, rows);
    else if (names.some((name) => report.skipped.includes(name)))
      nothing(sheet, 'Not run: the client skipped this scan.');
    else nothing(sheet, 'Found nothing that counts.');
  }
}

/** Every source that ran, was skipped or found something, those of several engines together included. */
function sourcesOf({ engines, skipped }: RunReport, bySource: ReadonlyMap<string, unknown>): string[] {
  return [...new Set([...engines.map(({ name }) => name), ...skipped, ...bySource.keys()])].toSorted();
}

function sourceTable(sheet: Sheet, found: readonly ReportedFinding[]): void {
  table(
    sheet,
    [
      { title: 'Severity', share: 1.6 },
      { title: 'Id', share: 3 },
      { title: 'Where', share: 3.2 },
      { title: 'CVSS', share: 0.9 },
      { title: 'What', share: 5 },
      { title: 'Fixed in', share: 1.6 },
    ],
    found
      .slice(0, limits.pdfRows)
      .map((each): Cell[] => [
        severityCell(each.severity),
        idCell(each),
        placeCell(each),
        each.score === null ? '' : each.score.toFixed(1),
        whatCell(each),
        each.component?.fixedVersion ?? '',
      ]),
  );
  omission(sheet, found.length - limits.pdfRows);
}
