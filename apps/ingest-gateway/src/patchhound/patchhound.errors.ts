import { AssayError, type ErrorKind } from '@assay/kernel';

/** What a PatchHound route refuses with: the status and whether the words stand in JSON (`wire/patchhound.md` §1.2, §2). */
const refusals = {
  'patchhound.bad-request': { kind: 'invalid', status: 400 },
  'patchhound.token-refused': { kind: 'forbidden', status: 401 },
  'patchhound.admin-key-missing': { kind: 'forbidden', status: 401 },
  'patchhound.admin-key-wrong': { kind: 'forbidden', status: 401 },
  'patchhound.not-found': { kind: 'not-found', status: 404 },
  'patchhound.too-many-attempts': { kind: 'unavailable', status: 429 },
  'patchhound.scan-failed': { kind: 'unavailable', status: 500 },
  'patchhound.spool-full': { kind: 'unavailable', status: 503 },
  'patchhound.still-scanning': { kind: 'unavailable', status: 504 },
} as const satisfies Record<string, { kind: ErrorKind; status: number }>;

export type PatchHoundErrorCode = keyof typeof refusals;

/** The statuses of these codes, for `ProblemOptions`. */
export const patchHoundStatuses: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(refusals).map(([code, { status }]) => [code, status]),
);

/** A refusal in words that PatchHound's clients read. */
export function refusal(
  code: PatchHoundErrorCode,
  words: string,
  options: { readonly cause?: unknown; readonly retryAfterSeconds?: number } = {},
): AssayError<PatchHoundErrorCode> {
  return new AssayError(refusals[code].kind, code, words, options);
}

/** 400, with these words. */
export function badRequest(words: string, options: { readonly cause?: unknown } = {}): AssayError<PatchHoundErrorCode> {
  return refusal('patchhound.bad-request', words, options);
}

/** 404, with these words. */
export function missing(words: string): AssayError<PatchHoundErrorCode> {
  return refusal('patchhound.not-found', words);
}
