/**
 * A moment in UTC with nine digits of a second, `2031-05-06T07:08:09.123456789Z`. Moments compare as texts: all have the
 * same length.
 */
export type Moment = string;

const isoTime =
  /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,32}))?)?\s*([Zz]|[+\- ]\d\d(?::?\d\d)?)?)?$/;

/**
 * The moment that a time of ISO 8601 names, as callers ask with one (`since`): a date alone is its beginning, a time
 * without a zone is UTC, and a blank before an offset is the plus that a query did not encode. Null for what is no time.
 */
export function momentOf(text: string): Moment | null {
  const [, date, minute = '00:00', second = '00', fraction = '', zone = 'Z'] = isoTime.exec(text.trim()) ?? [];
  if (date === undefined) return null;
  // Date rolls 31 April over into May; a leap second is the last one that it knows.
  const ms = Date.parse(`${date}T${minute}:${second === '60' ? '59' : second}${offsetOf(zone)}`);
  if (Number.isNaN(ms) || !isDay(date)) return null;
  const moment = new Date(ms).toISOString();
  return moment.length === 24 ? `${moment.slice(0, 20)}${fraction.slice(0, 9).padEnd(9, '0')}Z` : null;
}

/** When a signal happened: `at` of its receiver, to the nanosecond where the sender's `ts` says the same time. */
export function momentOfSignal({ ts, at }: { readonly ts: string; readonly at: string }): Moment {
  const received = plainMoment(at) ?? momentOf(at) ?? new Date(at).toISOString();
  const said = plainMoment(ts) ?? momentOf(ts);
  return said !== null && said.slice(0, toMicroseconds) === received.slice(0, toMicroseconds) ? said : received;
}

const plainTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.(\d{1,9})Z$/;

/** A moment as almost all of them are written, in UTC: without the work that others take, ten thousand times a second. */
function plainMoment(text: string): Moment | null {
  const [, fraction] = plainTime.exec(text) ?? [];
  return fraction === undefined ? null : `${text.slice(0, 20)}${fraction.padEnd(9, '0')}Z`;
}

/** The columns of a moment: what `timestamptz` keeps, and the nanoseconds that are left. */
export function columnsOf(moment: Moment): { readonly at: string; readonly nanos: number } {
  return { at: `${moment.slice(0, toMicroseconds)}Z`, nanos: Number(moment.slice(toMicroseconds, -1)) };
}

/** A moment out of its columns, of which `at` is a text of PostgreSQL's in UTC: `2031-05-06 07:08:09.123456+00`. */
export function momentOfColumns(at: string, nanos: number): Moment {
  const [, date, time, fraction = ''] = /^(\S+) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00$/.exec(at) ?? [];
  return `${date}T${time}.${fraction.padEnd(6, '0')}${String(nanos).padStart(3, '0')}Z`;
}

/** Length of `2031-05-06T07:08:09.123456`. */
const toMicroseconds = 26;

function offsetOf(zone: string): string {
  if (/^z$/i.test(zone)) return 'Z';
  const sign = zone.startsWith('-') ? '-' : '+';
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  return `${sign}${digits.slice(0, 2)}:${digits.slice(2)}`;
}

function isDay(date: string): boolean {
  const ms = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date);
}
