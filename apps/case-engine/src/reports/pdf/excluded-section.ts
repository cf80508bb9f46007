import { sourceName } from '../source-name.js';
import type { ReportedException, ReportedFinding, RunReport } from '../run-report.js';
import { limits } from '../../limits.js';
import { idCell, placeCell } from './finding-cells.js';
import { nothing, omission } from './nothing.js';
import type { Sheet } from './sheet.js';
import { type Cell, severityCell, table } from './table.js';

/** What does not count, by the source that found it, with scope and public comment. */
export function excludedSection(sheet: Sheet, { findings }: RunReport): void {
  sheet.heading('Excluded items', 'excluded');
  const excluded = findings.filter(({ state }) => state === 'excluded');
  if (excluded.length === 0) return nothing(sheet, 'Nothing is excluded.');
  const bySource = Map.groupBy(excluded, ({ engines }) => engines.map(sourceName).join(', '));
  for (const [source, found] of bySource) {
    sheet.subheading(source === '' ? 'Unknown source' : source);
    table(
      sheet,
      [
        { title: 'Id', share: 3 },
        { title: 'Severity', share: 1.6 },
        { title: 'Where', share: 3.2 },
        { title: 'Scope', share: 2.4 },
        { title: 'Comment', share: 4 },
      ],
      found
        .slice(0, limits.pdfRows)
        .map((each) => [
          idCell(each),
          severityCell(each.severity),
          placeCell(each),
          scopeCell(each.exception),
          commentCell(each),
        ]),
    );
    omission(sheet, found.length - limits.pdfRows);
  }
}

/** The scope in the words of who excluded it, else what it covers. */
function scopeCell(exception: ReportedException | null): Cell {
  if (exception === null) return '';
  const { scopeNote, scope } = exception;
  if (scopeNote !== null && scopeNote !== '') return scopeNote;
  const narrow =
    scope.purl ?? scope.image ?? (scope.repo === null ? null : [scope.org, scope.repo].filter(Boolean).join('/'));
  return narrow === null ? scope.kind : `${scope.kind}: ${narrow}`;
}

function commentCell({ exception }: ReportedFinding): Cell {
  if (exception === null) return '';
  const comment = exception.publicComment ?? '';
  const until = exception.expiresAt === null ? '' : `Until ${exception.expiresAt.slice(0, 10)}`;
  return [
    { text: comment === '' ? 'No public comment' : comment, quiet: comment === '' },
    ...(exception.justification === null ? [] : [{ text: exception.justification.replaceAll('_', ' '), quiet: true }]),
    ...(until === '' ? [] : [{ text: until, quiet: true }]),
  ];
}
