import { linkOf } from '../finding-link.js';
import { toReportedFinding } from '../reported-finding.js';
import type { OpenFinding, RepositoryReport } from '../repository/repository-report.js';
import type { ReportedFinding } from '../run-report.js';
import { sourceName } from '../source-name.js';
import { subjectTitle } from '../subject-title.js';

/** What a cell of a table holds: dates stay dates and numbers numbers where the file has types. */
export type CellValue = string | number | boolean | Date | null;

/** A column of a table of `Row`s. */
export interface TableColumn<Row> {
  readonly title: string;
  /** In characters, where the file has widths. */
  readonly width: number;
  readonly value: (row: Row) => CellValue;
}

/** What tables say of a finding. Comments are the public ones. */
export const findingColumns: readonly TableColumn<ReportedFinding>[] = [
  { title: 'State', width: 10, value: ({ state }) => state },
  { title: 'Kind', width: 16, value: ({ kind }) => kind },
  { title: 'Severity', width: 10, value: ({ severity }) => severity },
  { title: 'Id', width: 22, value: ({ id }) => id },
  { title: 'Aliases', width: 24, value: ({ aliases }) => aliases.join(' ') },
  { title: 'Title', width: 50, value: ({ title }) => title },
  { title: 'CVSS', width: 7, value: ({ score }) => score },
  { title: 'Vector', width: 30, value: ({ vector }) => vector },
  { title: 'Package', width: 26, value: ({ component }) => component?.name ?? null },
  { title: 'Version', width: 16, value: ({ component }) => component?.version ?? null },
  { title: 'Fixed in', width: 16, value: ({ component }) => component?.fixedVersion ?? null },
  { title: 'Package URL', width: 40, value: ({ component }) => component?.purl ?? null },
  { title: 'Target', width: 30, value: ({ target }) => target },
  { title: 'File', width: 30, value: ({ location }) => location?.file ?? null },
  { title: 'Line', width: 7, value: ({ location }) => location?.line ?? null },
  { title: 'Source', width: 18, value: ({ engines }) => engines.map(sourceName).join(', ') },
  { title: 'Known exploited', width: 10, value: ({ kev }) => kev !== null },
  { title: 'KEV added', width: 12, value: ({ kev }) => dayOf(kev?.dateAdded) },
  { title: 'KEV due', width: 12, value: ({ kev }) => dayOf(kev?.dueDate) },
  { title: 'EPSS', width: 9, value: ({ epss }) => epss?.score ?? null },
  { title: 'Excluded by', width: 12, value: ({ exception }) => exception?.origin ?? null },
  { title: 'Scope', width: 20, value: ({ exception }) => exception?.scopeNote ?? exception?.scope.kind ?? null },
  { title: 'Public comment', width: 40, value: ({ exception }) => exception?.publicComment ?? null },
  { title: 'Excluded until', width: 14, value: ({ exception }) => dayOf(exception?.expiresAt) },
  { title: 'Description', width: 60, value: ({ description }) => description },
  { title: 'Remediation', width: 40, value: ({ remediation }) => remediation },
  { title: 'Link', width: 40, value: (finding) => linkOf(finding) },
];

/** What tables say of what is open in a repository: the finding, and in which of its subjects. */
export function openColumns({ subjects }: RepositoryReport): readonly TableColumn<OpenFinding>[] {
  const names = new Map(subjects.map(({ caseId, subject }) => [caseId, subjectTitle(subject)]));
  const withoutAnswer = findingColumns.filter(({ title }) => !answers.has(title));
  return [
    ...withoutAnswer.map((column) => ({
      ...column,
      value: ({ finding }: OpenFinding) =>
        column.value(toReportedFinding({ finding, state: 'open', exceptionId: null }, new Map(), false)),
    })),
    { title: 'Open in', width: 40, value: ({ caseIds }) => caseIds.map((id) => names.get(id) ?? id).join(', ') },
    { title: 'First seen', width: 14, value: ({ firstSeenAt }) => dayOf(firstSeenAt) },
  ];
}

/** Columns that say how a run was judged. */
const answers: ReadonlySet<string> = new Set(['State', 'Excluded by', 'Scope', 'Public comment', 'Excluded until']);

/** A day, or a moment, as a date; null where there is none or the text is none. */
function dayOf(text: string | null | undefined): Date | null {
  const date = text == null ? null : new Date(text);
  return date === null || Number.isNaN(date.getTime()) ? null : date;
}
