import type { Severity } from '@assay/kernel';

/** Days that a tenant gives to fix a finding, by severity; null gives no date. */
export type SlaDays = Readonly<Record<Severity, number | null>>;

/** What holds until a tenant decides otherwise. */
export const defaultDays: SlaDays = { critical: 7, high: 30, medium: 90, low: 180, unknown: null };

const dayMs = 86_400_000;

/** When a clock runs out: the days of its severity after its start, and the time that it was paused on top. Null for never. */
export function dueAt(days: SlaDays, severity: Severity, startedAt: Date, pausedMs: number): Date | null {
  const given = days[severity];
  return given === null ? null : new Date(startedAt.getTime() + given * dayMs + pausedMs);
}
