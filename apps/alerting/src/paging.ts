import type { Uuid } from '@assay/kernel';
import { decodeCursor, pageOf } from '@assay/service-host';
import { z } from 'zod';

const idSchema = z.uuid();
const timeSchema = z.object({ at: z.iso.datetime(), id: z.uuid() });

/** A page of things shown to people. */
export interface ShownPage<Shown> {
  readonly items: readonly Shown[];
  readonly nextCursor: string | null;
}

/** Where a list ordered by id goes on. @throws AssayError `http.malformed-cursor` */
export function idOfCursor(cursor: string | undefined): Uuid | null {
  return cursor === undefined ? null : decodeCursor(cursor, idSchema);
}

/** Where a list ordered by time and id goes on. @throws AssayError `http.malformed-cursor` */
export function timeOfCursor(cursor: string | undefined): { readonly at: string; readonly id: Uuid } | null {
  return cursor === undefined ? null : decodeCursor(cursor, timeSchema);
}

/** A page out of `limit + 1` rows ordered by id. */
export function pageById<Row extends { readonly id: Uuid }, Shown>(
  rows: readonly Row[],
  limit: number,
  show: (row: Row) => Shown,
): ShownPage<Shown> {
  const { items, nextCursor } = pageOf(rows, limit, ({ id }) => id);
  return { items: items.map(show), nextCursor };
}

/** A page out of `limit + 1` rows ordered by a time and the id. */
export function pageByTime<Row extends { readonly id: Uuid }, Shown>(
  rows: readonly Row[],
  limit: number,
  timeOf: (row: Row) => Date,
  show: (row: Row) => Shown,
): ShownPage<Shown> {
  const { items, nextCursor } = pageOf(rows, limit, (row) => ({ at: timeOf(row).toISOString(), id: row.id }));
  return { items: items.map(show), nextCursor };
}
