/** Reading JSON of which nothing is known: what is not there, or not of the kind, is empty. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Texts as Postgres can keep them, cut to a length. */
export function textOf(value: unknown, maxChars = 2_000): string {
  return typeof value === 'string' ? value.replaceAll('\0', '').slice(0, maxChars).toWellFormed().trim() : '';
}

export function textsOf(value: unknown): string[] {
  return listOf(value)
    .map((each) => textOf(each))
    .filter((each) => each !== '');
}

/** A time of RFC 3339; null for what is none. */
export function timeOf(value: unknown): Date | null {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? null : new Date(time);
}
