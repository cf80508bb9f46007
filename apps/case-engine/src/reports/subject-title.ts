import type { Subject } from '@assay/contracts';

/** A subject in one line: the repository with its pull request or branch, the image or the host. */
export function subjectTitle(subject: Subject): string {
  switch (subject.kind) {
    case 'pr':
      return `${repositoryOf(subject.org, subject.repo)} #${subject.prId}`;
    case 'branch':
      return [repositoryOf(subject.org, subject.repo), subject.branch].filter((part) => part !== '').join(' @ ');
    case 'image':
      return subject.imageName;
    case 'host':
      return subject.hostId;
  }
}

export function repositoryOf(org: string, repo: string | null): string {
  return [org, repo ?? ''].filter((part) => part !== '').join('/');
}

/** A name as a file's, of letters that every system takes. */
export function fileName(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/[^\w.-]+/g, '_')
    .replace(/^[_.]+|_+$/g, '');
  return plain.slice(0, 80) || 'report';
}
