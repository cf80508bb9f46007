import type { Origin } from '@assay/contracts';
import { FieldReader, notAnEnvelope, type PydanticError } from './pydantic.js';

/** A case of SecureCase's first generation (`wire/securecase.md` §7). */
export interface TestCase {
  readonly caseKey: string;
  readonly repo: string;
  readonly branch: string;
  readonly commit: string;
}

/** Longest values, in characters: those of SecureCase's columns; the key stands where an organisation does with us. */
const maxLengths = { case_key: 200, repo: 200, branch: 200, commit: 80 } as const;

/** The provider of cases that were made up. No forge has this name. */
const testProvider = 'test';

/** The case, or what is wrong with the body, as Pydantic says it. */
export function readTestCase(body: unknown): TestCase | { readonly detail: readonly PydanticError[] } {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return { detail: [notAnEnvelope()] };
  const errors: PydanticError[] = [];
  const read = new FieldReader(body as Record<string, unknown>, ['body'], errors);
  const given = {
    caseKey: read.text('case_key', maxLengths.case_key),
    repo: read.text('repo', maxLengths.repo),
    branch: read.text('branch', maxLengths.branch),
    commit: read.text('commit', maxLengths.commit),
  };
  return errors.length > 0 ? { detail: errors } : given;
}

/** Where it is kept: by its key, beside everything real. */
export function originOfTestCase({ caseKey, repo, branch, commit }: TestCase): Origin & { readonly org: string } {
  return {
    provider: testProvider,
    ciProvider: null,
    org: caseKey,
    repo,
    branch,
    prId: null,
    targetBranch: null,
    commitSha: commit,
    commitAuthor: null,
    baseSha: null,
    runId: null,
    runUrl: null,
    runStartedAt: null,
    imageName: null,
    imageTag: null,
    imageDigest: null,
  };
}

/** A report of trivy in which nothing was found. */
export async function* emptyReport(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('{"SchemaVersion":2,"Results":[]}');
}
