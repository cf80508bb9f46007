import type { RunReport } from '../run-report.js';
import { limits } from '../../limits.js';
import { idCell, placeCell } from './finding-cells.js';
import { nothing, omission } from './nothing.js';
import type { Sheet } from './sheet.js';
import { type Cell, table } from './table.js';

/** What attackers are known to use, from CISA's catalogue, and what the catalogue asks for. */
export function kevSection(sheet: Sheet, { findings }: RunReport): void {
  sheet.heading('Known exploited vulnerabilities (KEV)', 'kev');
  const exploited = findings.filter(({ kev, state }) => kev !== null && state === 'open');
  if (exploited.length === 0)
    return nothing(sheet, 'Nothing that counts is in the catalogue of known exploited vulnerabilities.');
  table(
    sheet,
    [
      { title: 'Id', share: 2.6 },
      { title: 'Where', share: 2.6 },
      { title: 'Vulnerability', share: 3.6 },
      { title: 'Required action', share: 3.6 },
      { title: 'Added / due', share: 1.9 },
    ],
    exploited.slice(0, limits.pdfRows).map((finding): Cell[] => {
      const { kev } = finding;
      const product = [kev?.vendorProject, kev?.product].filter((part) => part !== undefined).join(' ');
      return [
        idCell(finding),
        placeCell(finding),
        [
          { text: kev?.vulnerabilityName ?? finding.title },
          ...(product === '' ? [] : [{ text: product, quiet: true }]),
        ],
        kev?.requiredAction ?? '',
        [{ text: kev?.dateAdded ?? '' }, { text: kev?.dueDate ?? '', strong: true }],
      ];
    }),
  );
  omission(sheet, exploited.length - limits.pdfRows);
}
