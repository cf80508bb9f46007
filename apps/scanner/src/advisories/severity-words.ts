import type { Severity } from '@assay/kernel';

/** The words that databases and tools use, GitHub's and Red Hat's among them. */
const words: ReadonlyMap<string, Severity> = new Map<string, Severity>([
  ['critical', 'critical'],
  ['high', 'high'],
  ['important', 'high'],
  ['error', 'high'],
  ['medium', 'medium'],
  ['moderate', 'medium'],
  ['warning', 'medium'],
  ['low', 'low'],
  ['minor', 'low'],
  ['negligible', 'low'],
  ['info', 'low'],
  ['note', 'low'],
]);

/** Our severity for somebody's word for it, in any case; `unknown` for anything else, text or not. */
export function severityOfWord(word: unknown): Severity {
  return typeof word === 'string' ? (words.get(word.trim().toLowerCase()) ?? 'unknown') : 'unknown';
}
