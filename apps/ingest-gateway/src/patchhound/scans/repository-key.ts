import { isPlainText, isRepositoryName, originFieldLengths, repositoryNameLength } from '../../ingest/origin.js';
import { badRequest } from '../patchhound.errors.js';

/** A repository as a client names it, and the key under which PatchHound files it: every slash is an underscore. */
export interface NamedRepository {
  readonly key: string;
  readonly org: string;
  readonly repo: string;
  /** True if it came in the form of a key, so that another name may have been meant. */
  readonly isKeyForm: boolean;
}

/** @throws AssayError `patchhound.bad-request` for a name that no store takes */
export function readRepository(currentRepo: string): NamedRepository {
  const maxLength = originFieldLengths.repo;
  if (currentRepo.length > maxLength || !isPlainText(currentRepo)) {
    throw badRequest(`current_repo must be text of at most ${maxLength} characters without control characters`);
  }
  const key = currentRepo.replaceAll('/', '_');
  const slash = currentRepo.lastIndexOf('/');
  const repo = currentRepo.slice(slash + 1);
  const isWhole = slash < 0 || repo === '';
  const named: NamedRepository = isWhole
    ? { key, org: '', repo: currentRepo, isKeyForm: slash < 0 }
    : { key, org: currentRepo.slice(0, slash), repo, isKeyForm: false };
  if (!isRepositoryName(named.org, named.repo)) {
    throw badRequest(
      `current_repo must have at most ${repositoryNameLength} characters on either side of its last slash`,
    );
  }
  return named;
}

/**
 * The key as the beginning of a file's name: letters, digits, dot, hyphen and underscore, as a reader of the list splits at
 * commas and strips quotes, and a name is no path.
 */
export function fileStemOf(key: string): string {
  return key.replaceAll(/[^A-Za-z0-9._-]/g, '_').replace(/^\.+/, (dots) => '_'.repeat(dots.length));
}

/**
 * The repository that is meant, where one of this key is known. A key may stand for several names, so one that was sent as a
 * key is the first of them; and a repository that was known by its key before its name was ever sent stays what it is.
 */
export function meantBy(
  named: NamedRepository,
  known: { readonly org: string; readonly repo: string } | null,
): { readonly org: string; readonly repo: string } {
  const { key, org, repo, isKeyForm } = named;
  const wasKeyForm = known !== null && known.org === '' && known.repo === key;
  return known !== null && (isKeyForm || wasKeyForm) ? { org: known.org, repo: known.repo } : { org, repo };
}
