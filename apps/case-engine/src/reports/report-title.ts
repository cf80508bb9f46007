import type { RunReport } from './run-report.js';

/** What a report is about, in one line: the repository with its pull request or branch, the image or the host. */
export function titleOf({ run: { subject, origin } }: Pick<RunReport, 'run'>): string {
  const repository = repositoryOf(origin.org, origin.repo);
  switch (subject?.kind) {
    case 'pr':
      return `${repositoryOf(subject.org, subject.repo)} #${subject.prId}`;
    case 'branch':
      return [repositoryOf(subject.org, subject.repo), subject.branch].filter((part) => part !== '').join(' @ ');
    case 'image':
      return subject.imageName;
    case 'host':
      return subject.hostId;
    case undefined:
      return repository === '' ? 'Documents without a subject' : repository;
  }
}

export function repositoryOf(org: string, repo: string | null): string {
  return [org, repo ?? ''].filter((part) => part !== '').join('/');
}

/** The report's name as a file, of letters that every system takes: `acme_shop-api_2026-01-02`. */
export function fileStemOf(report: Pick<RunReport, 'run' | 'dates'>): string {
  const what = titleOf(report)
    .normalize('NFKD')
    .replace(/[^\w.-]+/g, '_')
    .replace(/^[_.]+|_+$/g, '')
    .slice(0, 80);
  return `${what === '' ? 'run' : what}_${report.dates.scanned.slice(0, 10)}`;
}

/** A moment as reports write it: `2026-01-02 15:04 UTC`. */
export function momentOf(time: string | null): string {
  return time === null ? '–' : `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`;
}
