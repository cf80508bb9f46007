import type { Subject } from '@assay/contracts';

/** `org/repo`, or the repository's name alone where no organisation is known; null for images and hosts. */
export function repositoryOf(subject: Subject): string | null {
  if (!('repo' in subject)) return null;
  return subject.org === '' ? subject.repo : `${subject.org}/${subject.repo}`;
}
