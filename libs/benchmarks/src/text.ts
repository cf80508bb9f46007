import { createHash } from 'node:crypto';
import { maxLineLength, maxRuleRefLength, maxTextLength } from './limits.js';

/**
 * Text of a host as it can be kept and shown: without NUL, which Postgres can't hold, and of bounded length, with a mark where
 * it was cut. Null for what is no text, or none but white space.
 */
export function textOf(value: unknown, maxLength: number = maxTextLength): string | null {
  const text = wordsOf(value);
  if (text === null) return null;
  const kept = text.replaceAll('\0', '').toWellFormed().trim();
  if (kept === '') return null;
  if (kept.length <= maxLength) return kept;
  return `${kept.slice(0, maxLength).toWellFormed()} … [${kept.length - maxLength} characters more]`;
}

/** The same for what stands on one line. */
export function lineOf(value: unknown): string | null {
  return textOf(typeof value === 'string' ? value.replace(/\s+/g, ' ') : value, maxLineLength);
}

/** A rule's ref; a very long one is its beginning and its digest. */
export function ruleRefOf(value: unknown): string | null {
  const ref = textOf(value, Number.MAX_SAFE_INTEGER);
  if (ref === null || ref.length <= maxRuleRefLength) return ref;
  const digest = createHash('sha256').update(ref).digest('hex').slice(0, 16);
  return `${ref.slice(0, maxRuleRefLength).toWellFormed()}…${digest}`;
}

function wordsOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}
