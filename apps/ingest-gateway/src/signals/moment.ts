const rfc3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:[.,](\d{1,32}))?([Zz]|[+-]\d\d:?\d\d)$/;
/** A time that PostgreSQL and every reader of ours can hold, and no clock means. */
const earliest = Date.UTC(1970, 0, 1);
const latest = Date.UTC(9999, 11, 31);

/**
 * The moment that a time of RFC 3339 names, in UTC with the six digits that PostgreSQL keeps; null for what is none.
 * A time that its sender's clock has wrong is a time.
 */
export function utcOf(text: string): string | null {
  const [, date, time, fraction = '', offset = ''] = rfc3339.exec(text.trim()) ?? [];
  if (date === undefined || time === undefined) return null;
  const zone = offset.length === 5 ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset.toUpperCase();
  const ms = Date.parse(`${date}T${time}${zone}`);
  if (!(ms >= earliest && ms < latest)) return null;
  const micros = fraction.slice(0, 6).padEnd(fraction.length > 3 ? 6 : 3, '0');
  // Most are in UTC already, and no month is shorter than this.
  if (zone === 'Z' && date.slice(8) <= '28') return `${date}T${time}.${micros}Z`;
  return `${new Date(ms).toISOString().slice(0, 19)}.${micros}Z`;
}
