/** What JSON may hold and PostgreSQL or JavaScript may not, as it is written: NUL, halves of surrogate pairs, `__proto__`. */
const suspicious = /\\u(?:0000|[dD][89a-fA-F]|005[fF])|__proto__/;
/** That name is JavaScript's own: a copy made by assignment would lose the member, and its neighbours with it. */
const ownName = '__proto__';
const saidName = '(__proto__)';

/** True if JSON text may hold something that can't be kept as it is. False is certain. */
export function mayBeUnplain(json: string): boolean {
  return suspicious.test(json);
}

/** The text with U+FFFD in the place of NUL, which PostgreSQL refuses, and of lone surrogates, which no UTF-8 has. */
export function plainText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

/** A copy of a parsed value in which every text is plain and no member has JavaScript's own name. Depth is the caller's care. */
export function plainValue(value: unknown): unknown {
  if (typeof value === 'string') return plainText(value);
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, inner]) => [
    name === ownName ? saidName : plainText(name),
    plainValue(inner),
  ]);
  return Object.fromEntries(members) as unknown;
}

/** True if containers are nested more than `maxDepth` deep. Walks no deeper than that. */
export function isDeeperThan(value: unknown, maxDepth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (maxDepth === 0) return true;
  if (Array.isArray(value)) return value.some((inner) => isDeeperThan(inner, maxDepth - 1));
  for (const name in value) if (isDeeperThan((value as Record<string, unknown>)[name], maxDepth - 1)) return true;
  return false;
}

/** The value with everything below `depth` levels of containers as the text `…`. */
export function flattened(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return '…';
  if (Array.isArray(value)) return value.map((inner) => flattened(inner, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, flattened(inner, depth - 1)]));
}
