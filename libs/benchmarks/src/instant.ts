/** RFC 3339 §5.6 or `xsd:dateTime`: seconds may have any number of decimals, the offset may be missing. */
const dateTime = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)?$/;

/** A moment as a document wrote it. */
export interface Instant {
  /** UTC, RFC 3339, milliseconds. */
  readonly at: string;
  /** False if the document gave no offset, so that UTC was taken. */
  readonly hasOffset: boolean;
}

/** The moment that a text names; null if it names none. Nanoseconds, as Go writes them, are cut to milliseconds. */
export function instantOf(text: unknown): Instant | null {
  const parts = typeof text === 'string' ? dateTime.exec(text.trim()) : null;
  if (parts === null) return null;
  const [, date, time, fraction = '', offset = 'Z'] = parts;
  const at = new Date(`${date}T${time}.${fraction.slice(0, 3).padEnd(3, '0')}${offset.toUpperCase()}`);
  if (Number.isNaN(at.getTime())) return null;
  return { at: at.toISOString(), hasOffset: parts[4] !== undefined };
}

/** The moment of seconds since 1970, as docker-bench writes them; null for what is none within the next centuries. */
export function instantOfSeconds(seconds: unknown): string | null {
  const farthest = Date.UTC(2300, 0) / 1_000;
  if (typeof seconds !== 'number' || !(seconds > 0) || seconds > farthest) return null;
  return new Date(seconds * 1_000).toISOString();
}
