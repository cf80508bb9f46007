import type { RuleStatus } from '@assay/contracts';
import { AssayError, isUuid, type Uuid } from '@assay/kernel';

/** Codes of what can be wrong with PatchMon's reads. */
export type ReadsErrorCode = 'reads.malformed-id' | 'reads.no-scans' | 'reads.unknown-rule';

/** An id in lower case. @throws AssayError `reads.malformed-id` in PatchMon's words */
export function idOf(what: 'host' | 'scan' | 'rule', text: string): Uuid {
  const id = text.toLowerCase();
  if (!isUuid(id)) throw new AssayError<ReadsErrorCode>('invalid', 'reads.malformed-id', `Invalid ${what} ID format`);
  return id;
}

/** The error of a host that was never scanned */
export function noScans(): AssayError<ReadsErrorCode> {
  return new AssayError('not-found', 'reads.no-scans', 'No scans found for this host');
}

/** A page as PatchMon has it: rows that were skipped, not a cursor. */
export interface OffsetPage {
  readonly limit: number;
  readonly offset: number;
}

/** `pagination` of its lists. */
export interface Pagination extends OffsetPage {
  readonly total: number;
  readonly total_pages: number;
}

export function paginationOf({ limit, offset }: OffsetPage, total: number): Pagination {
  return { total, limit, offset, total_pages: Math.ceil(total / limit) };
}

/** The statuses that results are asked for; `skipped` is `skip` and `notapplicable` together. */
export const resultFilters = ['pass', 'fail', 'warn', 'skip', 'notapplicable', 'skipped', 'error'] as const;
export type ResultFilter = (typeof resultFilters)[number];

export function statusesOf(filter: ResultFilter | undefined): readonly RuleStatus[] | null {
  if (filter === undefined) return null;
  return filter === 'skipped' ? ['skip', 'notapplicable'] : [filter];
}

/** From which score on a host is well, and from which on it only needs a look (`wire/patchmon.md` §6.1). */
export const compliantFrom = 80;
export const warningFrom = 60;
