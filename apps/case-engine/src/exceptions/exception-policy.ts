import { AssayError } from '@assay/kernel';
import { z } from 'zod';
import type { CaseEngineErrorCode } from '../case-engine.errors.js';

/** What a tenant asks of exceptions. */
export const exceptionPolicySchema = z.strictObject({
  /** With `second-person` an exception covers nothing until somebody else than who proposed it approves it. */
  approval: z.enum(['none', 'second-person']).default('none'),
  /** Whether credentials of CI may store a repository's exclusion file, as PatchHound's clients do. */
  ciMayStoreFiles: z.boolean().default(true),
});
export type ExceptionPolicy = z.infer<typeof exceptionPolicySchema>;

/** A stored policy: a field that is newer than it has its default, one that is gone is dropped. */
export function readExceptionPolicy(stored: unknown): ExceptionPolicy {
  return exceptionPolicySchema.strip().parse(stored ?? {});
}

/**
 * The policy that somebody wrote, whole; fields left out have their defaults.
 * @throws AssayError `cases.wrong-request` with one entry per wrong field
 */
export function parseExceptionPolicy(value: unknown): ExceptionPolicy {
  const parsed = exceptionPolicySchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const code: CaseEngineErrorCode = 'cases.wrong-request';
  throw new AssayError('invalid', code, 'The policy has fields that are wrong.', {
    fields: parsed.error.issues.map((issue) => ({
      field: issue.path.join('/') || ('keys' in issue ? String(issue.keys) : 'body'),
      message: issue.message,
    })),
  });
}
