import { asAssayError, type ErrorKind, type TenantSlug, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { limits } from './limits.js';

export const bulkJobStates = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;
export type BulkJobState = (typeof bulkJobStates)[number];

/** One piece of bulk work of one tenant, with its progress. */
export interface BulkJobView<Input = unknown, Cursor = unknown> {
  readonly id: Uuid;
  readonly tenant: TenantSlug;
  readonly name: string;
  readonly state: BulkJobState;
  readonly input: Input;
  /** Where the next slice begins; null before the first. */
  readonly cursor: Cursor | null;
  /** Slices done so far. */
  readonly slices: number;
  /** Items done so far, in the job's own unit. */
  readonly done: number;
  /** Items in all, if that is known. */
  readonly total: number | null;
  /** Higher goes first among the jobs of the same name and tenant; it never overtakes another tenant's turn. */
  readonly priority: number;
  /** Failures in a row of the slice that is next. */
  readonly attempts: number;
  /** What the last failure said, for people; null once a slice has succeeded again. */
  readonly error: string | null;
  readonly createdAt: Date;
  readonly lastSliceAt: Date | null;
  readonly finishedAt: Date | null;
}

/** What a slice's method is given. */
export interface BulkSlice<Input = unknown, Cursor = unknown> {
  readonly job: BulkJobView<Input, Cursor>;
  /** What the slice before returned; null for the first. */
  readonly cursor: Cursor | null;
  /** The tenant's transaction. It carries the actor, receipt and lane of whatever began the job. */
  readonly tx: Transaction;
}

/** What a slice's method returns. Commits with everything it wrote. */
export interface SliceResult<Cursor = unknown> {
  /** Where the next slice begins: any JSON up to 64 KiB. */
  readonly cursor: Cursor;
  /** Items that this slice did; added to the job's `done`. */
  readonly done: number;
  /** True if nothing is left. */
  readonly finished: boolean;
  /** Items in all, once it is known or has changed. */
  readonly total?: number;
}

/** What a failed slice means for its job. */
export type FailureOutcome =
  | { readonly next: 'retry'; readonly attempts: number; readonly delayMs: number }
  | { readonly next: 'fail'; readonly attempts: number };

/** Failures that another attempt cannot mend. */
const hopeless: ReadonlySet<ErrorKind> = new Set(['invalid', 'forbidden']);

/**
 * Decides after a failed slice, `attempts` failures in a row being known before. A dependency that is away burns no
 * attempt; what is wrong in itself ends the job at once; the rest is tried again with growing delay.
 */
export function afterFailure(error: unknown, attempts: number): FailureOutcome {
  const { kind } = asAssayError(error);
  if (kind === 'unavailable') return { next: 'retry', attempts, delayMs: limits.bulkRetryDelayMs };
  const failures = attempts + 1;
  if (hopeless.has(kind) || failures >= limits.bulkMaxAttempts) return { next: 'fail', attempts: failures };
  return { next: 'retry', attempts: failures, delayMs: retryDelayMs(failures) };
}

function retryDelayMs(failures: number): number {
  return Math.min(limits.bulkRetryMaxDelayMs, limits.bulkRetryDelayMs * 2 ** (failures - 1));
}

/** What is wrong with a slice's result, in a sentence; null if nothing is. */
export function faultOf(result: SliceResult): string | null {
  if (!isCount(result.done)) return `done is ${result.done}; it must be a whole number of items`;
  if (result.total !== undefined && !isCount(result.total))
    return `total is ${result.total}; it must be a whole number`;
  return null;
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
