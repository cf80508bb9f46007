/** The bytes that JSON is made of (RFC 8259 §2), by name. */
export const Byte = {
  tab: 0x09,
  lineFeed: 0x0a,
  carriageReturn: 0x0d,
  space: 0x20,
  quote: 0x22,
  plus: 0x2b,
  comma: 0x2c,
  minus: 0x2d,
  dot: 0x2e,
  zero: 0x30,
  nine: 0x39,
  colon: 0x3a,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const;

/** Whitespace between tokens. */
export function isSpace(byte: number): boolean {
  return byte === Byte.space || byte === Byte.lineFeed || byte === Byte.carriageReturn || byte === Byte.tab;
}

export function isDigit(byte: number): boolean {
  return byte >= Byte.zero && byte <= Byte.nine;
}

export function isHexDigit(byte: number): boolean {
  const lower = byte | 0x20;
  return isDigit(byte) || (lower >= 0x61 && lower <= 0x66);
}

/** What may follow a backslash, `u` aside. */
const simpleEscapes = new Set(Array.from('"\\/bfnrt', (character) => character.charCodeAt(0)));

export function isSimpleEscape(byte: number): boolean {
  return simpleEscapes.has(byte);
}

/** 1 for a byte that needs no thought inside a string: ASCII but quote, backslash and control characters. */
export const plainInString = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= Byte.space && byte < 0x80 && byte !== Byte.quote && byte !== Byte.backslash ? 1 : 0,
);

/** `true`, `false` and `null`, by their first byte. */
export const literals: ReadonlyMap<number, Uint8Array> = new Map(
  ['true', 'false', 'null'].map((word) => [word.charCodeAt(0), Buffer.from(word)]),
);

/** What a lead byte of UTF-8 promises: so many continuation bytes, the first of them within `from` and `to`. */
export interface Utf8Lead {
  readonly continuations: number;
  readonly from: number;
  readonly to: number;
}

/**
 * The lead byte's row in table 3-7 of the Unicode Standard ("well-formed UTF-8 byte sequences"), which rules out overlong
 * forms, surrogates and what lies above U+10FFFF; undefined for a byte that can't lead.
 */
function leadRow(byte: number): Utf8Lead | undefined {
  if (byte >= 0xc2 && byte <= 0xdf) return { continuations: 1, from: 0x80, to: 0xbf };
  if (byte === 0xe0) return { continuations: 2, from: 0xa0, to: 0xbf };
  if (byte === 0xed) return { continuations: 2, from: 0x80, to: 0x9f };
  if (byte >= 0xe1 && byte <= 0xef) return { continuations: 2, from: 0x80, to: 0xbf };
  if (byte === 0xf0) return { continuations: 3, from: 0x90, to: 0xbf };
  if (byte >= 0xf1 && byte <= 0xf3) return { continuations: 3, from: 0x80, to: 0xbf };
  if (byte === 0xf4) return { continuations: 3, from: 0x80, to: 0x8f };
  return undefined;
}

/** `leadRow` of every byte, made once: the guard must not allocate while it reads. */
export const utf8Leads: readonly (Utf8Lead | undefined)[] = Array.from({ length: 256 }, (_, byte) => leadRow(byte));

/** The text of a name that is given with its quotes. */
export function nameOf(quoted: Uint8Array): string {
  const text = Buffer.from(quoted.buffer, quoted.byteOffset, quoted.byteLength).toString('utf8');
  return text.includes('\\') ? (JSON.parse(text) as string) : text.slice(1, -1);
}
