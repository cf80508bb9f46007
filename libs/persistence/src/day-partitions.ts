import type { Uuid } from '@assay/kernel';

const dayMs = 86_400_000;

/** The smallest UUIDv7 of this millisecond: a range of ids is a range of time. */
export function uuidFloor(ms: number): Uuid {
  const hex = Math.max(0, Math.floor(ms)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7000-8000-000000000000`;
}

/** The lower bound of a day's partition: everything of that millisecond, whatever the version bits say. */
function dayBound(day: number): Uuid {
  const hex = (day * dayMs).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-0000-0000-000000000000`;
}

function nameOf(table: string, day: number): string {
  return `${table}_${new Date(day * dayMs).toISOString().slice(0, 10).replaceAll('-', '')}`;
}

/**
 * SQL, a statement for each, that makes the partitions from yesterday to `aheadDays` from now, where they are missing.
 * @param spanDays days of one partition; they begin with multiples of it since 1970, so that all that are made ever meet
 */
export function partitionsFor(table: string, now: Date, aheadDays: number, spanDays = 1): string[] {
  const today = Math.floor(now.getTime() / dayMs);
  const statements: string[] = [];
  const first = Math.floor((today - 1) / spanDays) * spanDays;
  for (let day = first; day <= today + aheadDays; day += spanDays) {
    statements.push(
      `create table if not exists ${nameOf(table, day)} partition of ${table}
         for values from ('${dayBound(day)}') to ('${dayBound(day + spanDays)}');`,
    );
  }
  return statements;
}

/** The same as one text. */
export function createDayPartitions(table: string, now: Date, aheadDays: number, spanDays = 1): string {
  return partitionsFor(table, now, aheadDays, spanDays).join('\n');
}

/** The day, as days since 1970, of a partition made here; null for any other table (the default partition too). */
function dayOf(table: string, partition: string): number | null {
  const digits = new RegExp(`^${table}_(\\d{4})(\\d{2})(\\d{2})$`).exec(partition);
  return digits === null ? null : Date.parse(`${digits[1]}-${digits[2]}-${digits[3]}`) / dayMs;
}

/** Those of `partitions` whose last day lies more than `keepDays` in the past. */
export function expiredPartitions(
  table: string,
  partitions: readonly string[],
  now: Date,
  keepDays: number,
  spanDays = 1,
): string[] {
  const today = Math.floor(now.getTime() / dayMs);
  return partitions.filter((partition) => {
    const day = dayOf(table, partition);
    return day !== null && day + spanDays - 1 < today - keepDays;
  });
}
