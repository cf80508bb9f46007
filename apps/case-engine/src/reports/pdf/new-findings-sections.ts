import { linkOf } from '../finding-link.js';
import { momentOf } from '../report-title.js';
import type { NewFinding, RunReport } from '../run-report.js';
import { limits } from '../../limits.js';
import { nothing, omission } from './nothing.js';
import type { Sheet } from './sheet.js';
import { severityCell, table } from './table.js';

/** What rescans found that the scan had not. */
export function newFindingsSections(sheet: Sheet, { newFindings, newKevFindings, dates }: RunReport): void {
  sheet.heading('New findings since rescan', 'new-findings');
  list(sheet, newFindings, dates.rescanned, 'No rescan found anything new.');
  sheet.heading('New KEV findings since rescan', 'new-kev-findings');
  list(sheet, newKevFindings, dates.rescanned, 'No rescan found anything that became known to be exploited.');
}

function list(sheet: Sheet, found: readonly NewFinding[], rescanned: string | null, none: string): void {
  if (found.length === 0) return nothing(sheet, rescanned === null ? 'This run was not rescanned yet.' : none);
  table(
    sheet,
    [
      { title: 'Severity', share: 1.6 },
      { title: 'Id', share: 3 },
      { title: 'Package', share: 3 },
      { title: 'What', share: 4.6 },
      { title: 'Found', share: 2 },
    ],
    found
      .slice(0, limits.pdfRows)
      .map((each) => [
        severityCell(each.severity),
        [{ text: each.id, link: linkOf(each) }],
        each.component === null ? '' : `${each.component.name} ${each.component.version}`.trim(),
        [{ text: each.title, most: 5 }],
        momentOf(each.foundAt),
      ]),
  );
  omission(sheet, found.length - limits.pdfRows);
}
