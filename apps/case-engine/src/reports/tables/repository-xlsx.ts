import { severities } from '@assay/kernel';
import { limits } from '../../limits.js';
import type { RepositoryReport, SubjectStanding } from '../repository/repository-report.js';
import { repositoryOf, subjectTitle } from '../subject-title.js';
import { openColumns, type TableColumn } from './finding-columns.js';
import { factsSheet, rowsSheet, workbook } from './workbook.js';

/** Where a repository stands, as a workbook: summary, newest runs, what is open. */
export async function repositoryXlsx(report: RepositoryReport, reportedAt: Date): Promise<Buffer> {
  const { repository, counts, subjects, findings } = report;
  const omitted = findings.length - limits.xlsxRows;
  return workbook({
    Summary: factsSheet([
      ['Report on', repositoryOf(repository.org, repository.repo)],
      ['Provider', repository.provider],
      ['Report date', reportedAt],
      ...severities.map((name) => [`Open, ${name}`, counts[name]] as const),
      ['Open, known to be exploited', counts.kev],
      ['Excluded', counts.excluded],
      ...(omitted > 0 ? [['Left out of the sheet Findings', omitted] as const] : []),
      ...(report.findingsOmitted || report.subjectsOmitted ? [['There is more', 'than a report takes'] as const] : []),
    ]),
    Runs: rowsSheet(runColumns, subjects),
    Findings: rowsSheet(openColumns(report), findings),
  });
}

const runColumns: readonly TableColumn<SubjectStanding>[] = [
  { title: 'Subject', width: 40, value: ({ subject }) => subjectTitle(subject) },
  { title: 'Case', width: 8, value: ({ caseId }) => caseId },
  { title: 'Verdict', width: 14, value: ({ verdict }) => verdict },
  { title: 'Scanned', width: 18, value: ({ scanned }) => new Date(scanned) },
  { title: 'Commit', width: 42, value: ({ commitSha }) => commitSha },
  ...severities.map((name): TableColumn<SubjectStanding> => ({
    title: name,
    width: 10,
    value: ({ counts }) => counts[name],
  })),
  { title: 'Known exploited', width: 10, value: ({ counts }) => counts.kev },
  { title: 'Excluded', width: 10, value: ({ counts }) => counts.excluded },
  { title: 'Run', width: 50, value: ({ runUrl, runId }) => runUrl ?? runId },
];
