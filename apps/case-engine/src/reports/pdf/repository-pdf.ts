import { severities } from '@assay/kernel';
import { limits } from '../../limits.js';
import { linkOf } from '../finding-link.js';
import { momentOf } from '../report-title.js';
import type { RepositoryReport, SubjectStanding } from '../repository/repository-report.js';
import { sourceName } from '../source-name.js';
import { repositoryOf, subjectTitle } from '../subject-title.js';
import { contents } from './contents.js';
import { tiles } from './cover.js';
import type { FontBook } from './font-book.js';
import { nothing, omission } from './nothing.js';
import { quietInk } from './palette.js';
import { Sheet } from './sheet.js';
import { type Cell, severityCell, table } from './table.js';

/** Where a repository stands, as a PDF: its subjects with their newest runs, and what is open in any of them. */
export async function repositoryPdf(report: RepositoryReport, reportedAt: Date, book: FontBook): Promise<Buffer> {
  const name = repositoryOf(report.repository.org, report.repository.repo);
  const sheet = new Sheet({ title: `Security report: ${name}`, subject: 'Repository', date: reportedAt }, book);
  sheet.newPage();
  sheet.y += 40;
  sheet.paragraph('Security report of a repository', { size: 13, weight: 400, colour: quietInk });
  sheet.paragraph(name, { size: 26, weight: 700 }, { after: 10 });
  sheet.paragraph(`Report date: ${momentOf(reportedAt.toISOString())}`, { size: 10, weight: 400 }, { after: 14 });
  const { counts } = report;
  tiles(sheet, [
    ...severities.map((severity) => [severity, counts[severity]] as const),
    ['exploited', counts.kev],
    ['excluded', counts.excluded],
  ]);
  sheet.newPage();
  const contentsAt = sheet.pageIndex;
  sheet.newPage();
  standings(sheet, report);
  open(sheet, report);
  sheet.turnTo(contentsAt);
  contents(sheet);
  return sheet.end(`Security report · ${name} · ${momentOf(reportedAt.toISOString())}`);
}

function standings(sheet: Sheet, { subjects, subjectsOmitted }: RepositoryReport): void {
  sheet.heading('Newest runs', 'runs');
  table(
    sheet,
    [
      { title: 'Subject', share: 4 },
      { title: 'Verdict', share: 1.6 },
      { title: 'Scanned', share: 2.2 },
      { title: 'Commit', share: 2 },
      ...['Crit.', 'High', 'Med.', 'Low', 'Unkn.', 'KEV', 'Excl.'].map((title) => ({ title, share: 0.85 })),
    ],
    subjects.map((each): Cell[] => [
      [{ text: subjectTitle(each.subject), link: each.runUrl }],
      each.verdict.replace('-', ' '),
      momentOf(each.scanned),
      each.commitSha?.slice(0, 12) ?? '',
      ...numbersOf(each).map(String),
    ]),
  );
  if (subjectsOmitted) nothing(sheet, 'Older subjects are left out.');
}

function numbersOf({ counts }: SubjectStanding): number[] {
  return [...severities.map((severity) => counts[severity]), counts.kev, counts.excluded];
}

function open(sheet: Sheet, { findings, findingsOmitted, subjects }: RepositoryReport): void {
  sheet.heading('Open findings', 'findings');
  if (findings.length === 0) return nothing(sheet, 'Nothing is open.');
  const names = new Map(subjects.map(({ caseId, subject }) => [caseId, subjectTitle(subject)]));
  table(
    sheet,
    [
      { title: 'Severity', share: 1.6 },
      { title: 'Id', share: 3 },
      { title: 'Where', share: 3.2 },
      { title: 'What', share: 4 },
      { title: 'Fixed in', share: 1.6 },
      { title: 'In', share: 3 },
    ],
    findings.slice(0, limits.pdfRows).map(({ finding, caseIds, firstSeenAt }): Cell[] => [
      severityCell(finding.severity),
      [
        { text: finding.vulnerabilityId, link: linkOf({ ...finding, id: finding.vulnerabilityId }), most: 4 },
        ...(finding.kev === null ? [] : [{ text: 'known to be exploited', strong: true }]),
      ],
      finding.component === null
        ? (finding.location?.file ?? finding.target)
        : `${finding.component.name} ${finding.component.version}`.trim(),
      [
        { text: finding.title, most: 4 },
        { text: finding.engines.map(sourceName).join(', '), quiet: true },
      ],
      finding.component?.fixedVersion ?? '',
      [
        ...caseIds.slice(0, 3).map((id) => ({ text: names.get(id) ?? `case ${id}`, most: 2 })),
        ...(caseIds.length > 3 ? [{ text: `and ${caseIds.length - 3} more`, quiet: true }] : []),
        { text: `since ${firstSeenAt.slice(0, 10)}`, quiet: true },
      ],
    ]),
  );
  omission(sheet, findings.length - limits.pdfRows);
  if (findingsOmitted)
    nothing(sheet, 'There are more than a report of a repository takes; reports of runs have them all.');
}
