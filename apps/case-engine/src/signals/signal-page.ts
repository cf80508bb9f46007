import type { Uuid } from '@assay/kernel';

/**
 * Where signals are read along an index, newest first: all of the tenant's, those of hosts, of kinds, of kinds on hosts, or
 * of a person. There is no other way to read them, so no list walks through what it does not show.
 */
export type Strand =
  | { readonly by: 'tenant' }
  | { readonly by: 'host'; readonly hosts: readonly string[] }
  | { readonly by: 'kind'; readonly kinds: readonly number[]; readonly hosts?: undefined }
  | { readonly by: 'pair'; readonly hosts: readonly string[]; readonly kinds: readonly number[] }
  /** People have few, so that the rest may be held against each. */
  | {
      readonly by: 'assignee';
      readonly assignee: string;
      readonly hosts: readonly string[] | null;
      readonly kinds: readonly number[] | null;
    };

/** The place of a signal in every list: what comes first happened last. */
export interface Place {
  readonly at: string;
  readonly nanos: number;
  readonly id: Uuid;
}

/** Which part of a strand is wanted. */
export interface PageRange {
  /** Codes of statuses. */
  readonly statuses: readonly number[];
  /** The end of the page before, or where the time ends that was asked for; exclusive. */
  readonly before: Place;
  /** Exclusive, as Santamon's `since` is. */
  readonly after: Pick<Place, 'at' | 'nanos'>;
  /** Retention: nothing with a smaller id. */
  readonly firstKept: Uuid;
  /** Hosts whose signals are left out, where all others are read. */
  readonly hidden: readonly string[];
  readonly limit: number;
}

/** Before everything and after everything, in columns. */
export const endOfTime: Place = { at: 'infinity', nanos: 0, id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };
export const beginningOfTime = { at: '-infinity', nanos: 0 };

/** The earlier of two places. */
export function earlier(one: Place, other: Place | null): Place {
  if (other === null || one === endOfTime) return other ?? one;
  return sortKey(one) < sortKey(other) ? one : other;
}

function sortKey({ at, nanos, id }: Place): string {
  return `${at} ${String(nanos).padStart(3, '0')} ${id}`;
}

/** The place just before everything that happened at a moment or later. */
export function placeBefore(columns: { readonly at: string; readonly nanos: number }): Place {
  return { ...columns, id: '00000000-0000-0000-0000-000000000000' };
}

interface Keys {
  /** What gives the keys as `k`, a row each. */
  readonly from: string;
  readonly match: string;
  readonly values: readonly unknown[];
  readonly count: number;
}

const everyBound = `s.status = st.status and (s.at, s.nanos, s.id) < ($2, $3, $4) and (s.at, s.nanos) > ($5, $6) and s.id >= $7`;

/** Few callers have anything hidden from them, and only theirs have a statement with that. @param place of the parameter */
function boundsOf({ hidden }: Pick<PageRange, 'hidden'>, place: number): { bounds: string; hidden: unknown[] } {
  if (hidden.length === 0) return { bounds: everyBound, hidden: [] };
  return { bounds: `${everyBound} and s.host_id <> all($${place}::text[])`, hidden: [hidden] };
}
const newestFirst = 's.at desc, s.nanos desc, s.id desc';

/** What may be read of one strand and status without first asking which of them have the newest. */
const fewKeys = 3;

/**
 * The statement that gives a page, as `what` of `s` (a signal) and `kind`.
 *
 * Where there are many keys, the newest of each is looked up first: a page of n has signals of the n keys whose newest are
 * newest, and none older than the last of these.
 */
export function pageStatement(what: string, strand: Strand, range: PageRange): { sql: string; values: unknown[] } {
  const { from, match, values, count } = keysOf(strand);
  const { bounds, hidden } = boundsOf(range, 9 + values.length);
  const pages =
    count * range.statuses.length <= fewKeys
      ? `page as (
          select s.* from ${from} cross join unnest($1::smallint[]) as st(status)
           cross join lateral (select s.* from signals s where ${match} and ${bounds} order by ${newestFirst} limit $8) s)`
      : `newest as materialized (
          select k.*, st.status, s.at from ${from} cross join unnest($1::smallint[]) as st(status)
           cross join lateral (select s.at from signals s where ${match} and ${bounds} order by ${newestFirst} limit 1) s
           order by s.at desc limit $8
        ), edge as materialized (
          select case when count(*) = $8 then min(at) else '-infinity' end as at from newest
        ), page as (
          select s.* from newest k cross join lateral (select k.status) st
           cross join lateral (select s.* from signals s where ${match} and ${bounds} and s.at >= (select at from edge)
                                order by ${newestFirst} limit $8) s)`;
  const sql = `with ${pages}
    select ${what} from (select * from page s order by ${newestFirst} limit $8) s join signal_kinds kind on kind.id = s.kind_id
     order by ${newestFirst}`;
  return { sql, values: [...rangeValues(range), range.limit, ...values, ...hidden] };
}

/**
 * The statement that looks for a page of kinds among the newest `walked` signals of all kinds: where they are common it finds
 * them there at once, however many kinds they are. It gives fewer than the limit where it would have to walk on.
 */
export function walkStatement(
  what: string,
  { kinds, hosts }: Extract<Strand, { by: 'kind' | 'pair' }>,
  range: PageRange,
  walked: number,
): { sql: string; values: unknown[] } {
  const base = keysOf(hosts === undefined ? { by: 'tenant' } : { by: 'host', hosts: [...new Set(hosts)] }, 11);
  const { bounds, hidden } = boundsOf(range, 11 + base.values.length);
  const sql = `with walked as materialized (
      select s.id, s.at, s.nanos, s.kind_id from ${base.from} cross join unnest($1::smallint[]) as st(status)
       cross join lateral (select s.id, s.at, s.nanos, s.kind_id from signals s where ${base.match} and ${bounds}
                            order by ${newestFirst} limit $9) s
       order by ${newestFirst} limit $9
    ), page as materialized (
      select s.id from walked s where s.kind_id = any($10::integer[]) order by ${newestFirst} limit $8
    )
    select ${what} from page join signals s on s.id = page.id and s.id >= $7 join signal_kinds kind on kind.id = s.kind_id
     order by ${newestFirst}`;
  return { sql, values: [...rangeValues(range), range.limit, walked, [...new Set(kinds)], ...base.values, ...hidden] };
}

/** True where a look at the newest signals of all kinds costs less than one at the newest of each key. */
export function isManyKinds(
  strand: Strand,
  { statuses }: PageRange,
): strand is Extract<Strand, { by: 'kind' | 'pair' }> {
  return (strand.by === 'kind' || strand.by === 'pair') && strand.kinds.length * statuses.length > fewKeys;
}

/** The statement that counts all that a list has. */
export function countStatement(strand: Strand, range: Omit<PageRange, 'limit'>): { sql: string; values: unknown[] } {
  const { from, match, values } = keysOf(strand);
  const { bounds, hidden } = boundsOf(range, 9 + values.length);
  // The place of the limit stays taken, so that the strands' own values have the same in both statements.
  const sql = `select count(*) as total from ${from} cross join unnest($1::smallint[]) as st(status)
    cross join lateral (select from signals s where ${match} and ${bounds} and $8::integer is null) s`;
  return { sql, values: [...rangeValues(range), null, ...values, ...hidden] };
}

function rangeValues({ statuses, before, after, firstKept }: Omit<PageRange, 'limit'>): unknown[] {
  return [statuses, before.at, before.nanos, before.id, after.at, after.nanos, firstKept];
}

/** @param place the number of the first parameter that is the keys' own */
function keysOf(strand: Strand, place = 9): Keys {
  switch (strand.by) {
    case 'tenant':
      return { from: '(select) k', match: 'true', values: [], count: 1 };
    case 'host':
      return {
        from: `unnest($${place}::text[]) as k(host_id)`,
        match: 's.host_id = k.host_id',
        values: [strand.hosts],
        count: strand.hosts.length,
      };
    case 'kind':
      return {
        from: `unnest($${place}::integer[]) as k(kind_id)`,
        match: 's.kind_id = k.kind_id',
        values: [strand.kinds],
        count: strand.kinds.length,
      };
    case 'pair':
      return {
        from: `unnest($${place}::text[], $${place + 1}::integer[]) as k(host_id, kind_id)`,
        match: 's.kind_id = k.kind_id and s.host_id = k.host_id',
        values: [strand.hosts, strand.kinds],
        count: strand.hosts.length,
      };
    case 'assignee':
      return {
        from: `(select $${place}::text as assignee) k`,
        match: `s.assignee = k.assignee and ($${place + 1}::text[] is null or s.host_id = any($${place + 1}))
                and ($${place + 2}::integer[] is null or s.kind_id = any($${place + 2}))`,
        values: [strand.assignee, strand.hosts, strand.kinds],
        count: 1,
      };
  }
}
