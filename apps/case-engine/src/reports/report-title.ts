import type { RunReport } from './run-report.js';
import { fileName, repositoryOf, subjectTitle } from './subject-title.js';

/** What a report is about, in one line. */
export function titleOf({ run: { subject, origin } }: Pick<RunReport, 'run'>): string {
  if (subject !== null) return subjectTitle(subject);
  return repositoryOf(origin.org, origin.repo) || 'Documents without a subject';
}

/** The report's name as a file: `acme_shop-api_2026-01-02`. */
export function fileStemOf(report: Pick<RunReport, 'run' | 'dates'>): string {
  return `${fileName(titleOf(report))}_${report.dates.scanned.slice(0, 10)}`;
}

/** A moment as reports write it: `2026-01-02 15:04 UTC`. */
export function momentOf(time: string | null): string {
  return time === null ? '–' : `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
}
