import { AssayError } from '@assay/kernel';
import { z } from 'zod';
import type { CaseEngineErrorCode } from '../case-engine.errors.js';
import { limits } from '../limits.js';

const number = (most: number) => z.int().min(1).max(most);

/**
 * What a tenant, or one of its repositories, asks of rescans. Every field has a default; unknown fields are refused.
 *
 * Keeping everything is the default: a history that removes itself is a surprise. PatchHound's own numbers, once somebody
 * wants them, are `keepRuns` 5, `keepDays` 7 and `alwaysKeep` 2.
 */
export const rescanPolicySchema = z.strictObject({
  /** From one rescan to the next; 0 is never. Of a repository only that counts: its runs go along with the tenant's, or not. */
  everyHours: z.int().min(0).max(720).default(24),
  /** The hour of the day, UTC, from which `everyHours` is counted. */
  atHour: z.int().min(0).max(23).default(2),
  /** Runs of a branch or image that are looked at, the newest ones; of a pull request its newest one is. */
  versions: number(limits.rescanMostVersions).default(limits.rescanVersions),
  /** Runs of a subject that are kept, the newest ones; null keeps all. */
  keepRuns: number(limits.rescanMostVersions).nullable().default(null),
  /** Days that runs are kept; null is for ever. */
  keepDays: number(3_650).nullable().default(null),
  /** Runs of a subject that are kept however old they are. */
  alwaysKeep: z.int().min(0).max(limits.rescanMostVersions).default(2),
});
export type RescanPolicy = z.infer<typeof rescanPolicySchema>;

export const defaultRescanPolicy = rescanPolicySchema.parse({});

/** @throws AssayError `cases.wrong-request` with one entry per wrong field */
export function parseRescanPolicy(value: unknown): RescanPolicy {
  const parsed = rescanPolicySchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const code: CaseEngineErrorCode = 'cases.wrong-request';
  throw new AssayError('invalid', code, 'The policy has fields that are wrong.', {
    fields: parsed.error.issues.map(({ path, message }) => ({ field: path.join('/') || 'body', message })),
  });
}

/** A stored policy; a field that is newer than it has its default. */
export function readRescanPolicy(stored: unknown): RescanPolicy {
  return rescanPolicySchema.strip().parse(stored ?? {});
}

const hourMs = 60 * 60_000;

/**
 * True if a rescan is to begin: one of the policy's hours has come since the last one began (or the tenant's first run
 * entered). One that nobody could begin in time is made up for, once.
 */
export function isDue(
  { everyHours, atHour }: Pick<RescanPolicy, 'everyHours' | 'atHour'>,
  since: Date,
  now: Date,
): boolean {
  if (everyHours === 0) return false;
  const period = everyHours * hourMs;
  const first = atHour * hourMs;
  return first + Math.floor((now.getTime() - first) / period) * period > since.getTime();
}
