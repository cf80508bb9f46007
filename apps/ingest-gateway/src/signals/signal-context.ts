import { limits } from '../limits.js';
import { flattened, isDeeperThan, plainValue } from './plain-value.js';

/** What is kept of a signal's context where it is read, and the whole of it where that is not the same. */
export interface KeptContext {
  readonly context: Record<string, unknown>;
  /** JSON text of the context as it came; null where all of it is in `context`. */
  readonly whole: string | null;
  /** True if it could not be kept as it came, and not only because messages are short. */
  readonly isMended: boolean;
}

/**
 * The context of a signal as it is kept: without what databases refuse, nested at most `signalContextDepth` deep, and
 * shortened when it is longer than `signalContextBytes`.
 *
 * @param given what the sender put there
 * @param isUnplain whether it may hold what can't be kept, as `mayBeUnplain` says of its text
 * @param length of the text of the signal, of which it is a part
 */
export function keptContext(given: unknown, isUnplain: boolean, length: number): KeptContext {
  const asObject = isRecord(given) ? given : given == null ? {} : { value: given };
  if (isDeeperThan(asObject, limits.signalContextDepth)) {
    const flat = plainValue(flattened(asObject, limits.signalContextDepth)) as Record<string, unknown>;
    return { context: fitting(flat), whole: '', isMended: true };
  }
  if (!isUnplain && length * 3 <= limits.signalContextBytes) {
    return { context: asObject, whole: null, isMended: asObject !== given };
  }
  const text = JSON.stringify(asObject);
  const plain = isUnplain ? (plainValue(asObject) as Record<string, unknown>) : asObject;
  const isChanged = isUnplain && JSON.stringify(plain) !== text;
  const context = fitting(plain, text);
  const isShort = context === plain;
  return {
    context,
    whole: isShort && !isChanged ? null : text,
    isMended: asObject !== given || isChanged || (!isShort && lengthInPython(text) > limits.santamonContextLength),
  };
}

/** The same object where it is short enough for a message, else its beginning. */
function fitting(context: Record<string, unknown>, text: string = JSON.stringify(context)): Record<string, unknown> {
  // No character has more than three bytes per unit of UTF-16.
  const isShort = text.length * 3 <= limits.signalContextBytes || Buffer.byteLength(text) <= limits.signalContextBytes;
  return isShort ? context : shortened(context);
}

/** The first members of a context, in its order, each cut: what a person reads first, in `signalShortContextBytes`. */
export function shortened(context: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept: [string, unknown][] = [];
  let left: number = limits.signalShortContextBytes;
  for (const [name, value] of Object.entries(context)) {
    const member: [string, unknown] = [cut(name, shortName), shortValue(value, shortDepth)];
    const bytes = Buffer.byteLength(JSON.stringify(member));
    if (bytes > left) continue;
    left -= bytes;
    kept.push(member);
    if (kept.length === shortMembers) break;
  }
  return Object.fromEntries(kept);
}

const shortName = 128;
const shortText = 1_024;
const shortMembers = 64;
const shortDepth = 6;

function shortValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return cut(value, shortText);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return '…';
  if (Array.isArray(value)) return value.slice(0, shortMembers).map((inner) => shortValue(inner, depth - 1));
  const members = Object.entries(value).slice(0, shortMembers);
  return Object.fromEntries(members.map(([name, inner]) => [cut(name, shortName), shortValue(inner, depth - 1)]));
}

/** The first characters of a text, with `…` in the place of the last where it is longer. Counts code points, as Python does. */
export function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const characters = Array.from(text.slice(0, 2 * maxLength + 2));
  return characters.length <= maxLength ? text : `${characters.slice(0, maxLength - 1).join('')}…`;
}

/**
 * The length that Python's `json.dumps` gives a value of which this is the compact text: a blank after each separator and
 * `\uXXXX` for each unit of UTF-16 beyond ASCII (`wire/santamon.md` §2.1).
 */
export function lengthInPython(compact: string): number {
  let length = compact.length;
  let inText = false;
  for (let index = 0; index < compact.length; index += 1) {
    const unit = compact.charCodeAt(index);
    if (unit > 126) length += unit === 127 ? 0 : 5;
    else if (unit === quote) inText = !inText;
    else if (unit === backslash) index += 1;
    else if (!inText && (unit === comma || unit === colon)) length += 1;
  }
  return length;
}

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
