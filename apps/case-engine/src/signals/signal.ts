import { type SignalSeverity, signalSeverities, type SignalStatus, signalStatuses } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';

/** A status as rows and indexes have it. */
export function codeOf(status: SignalStatus): number {
  return signalStatuses.indexOf(status);
}

/** The status of a row. */
export function statusOf(code: number): SignalStatus {
  return signalStatuses[code] ?? 'open';
}

/** True where somebody still has to look: open, or acknowledged and not resolved. */
export function isUnresolved(status: SignalStatus): boolean {
  return status !== 'resolved';
}

/** The worse of two. */
export function worse(one: SignalSeverity, other: SignalSeverity): SignalSeverity {
  return signalSeverities.indexOf(one) <= signalSeverities.indexOf(other) ? one : other;
}

/** What somebody does to signals. Absent fields stay as they are; a comment belongs to the change. */
export interface SignalChange {
  readonly status?: SignalStatus;
  readonly assignee?: string | null;
  readonly comment?: string;
  /** Why it is over; demanded by our own routes where it is. */
  readonly reason?: string;
}

/** What became of a request to change signals. */
export interface ChangedSignals {
  readonly changed: number;
  /** Those that were so already. */
  readonly unchanged: number;
  /** Ids that nobody has, or none that the caller may see. */
  readonly missing: readonly Uuid[];
  /** True if the filter fits more than are changed at once. */
  readonly more: boolean;
}

/** True if the change says something about a signal in this state: a repeated one leaves no trace, and moves nobody. */
export function isNews(
  change: SignalChange,
  signal: { readonly status: SignalStatus; readonly assignee: string | null },
): boolean {
  if (change.comment !== undefined || change.reason !== undefined) return true;
  if (change.status !== undefined && change.status !== signal.status) return true;
  return change.assignee !== undefined && change.assignee !== signal.assignee;
}
