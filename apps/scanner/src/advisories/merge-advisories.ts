import { isAtLeast } from '@assay/kernel';
import type { Advisory } from './advisory.js';

/**
 * Two records with one id, as AlmaLinux publishes one per release: everything that either affects, texts and dates of the one
 * modified last. Withdrawn only if both are. The result does not depend on the order of the two.
 */
export function mergeAdvisories(a: Advisory, b: Advisory): Advisory {
  const [newer, older] = isNewer(b, a) ? [b, a] : [a, b];
  const rated = isAtLeast(newer.severity, older.severity) ? newer : older;
  return {
    ...newer,
    aliases: union(newer.aliases, older.aliases),
    related: union(newer.related, older.related),
    withdrawn: newer.withdrawn !== null && older.withdrawn !== null ? newer.withdrawn : null,
    severity: rated.severity,
    score: rated.score,
    vector: rated.vector,
    affected: distinct([...newer.affected, ...older.affected]),
  };
}

/** One advisory per id, in the order of first appearance. */
export function mergeDuplicates(advisories: Iterable<Advisory>): Advisory[] {
  const byId = new Map<string, Advisory>();
  for (const advisory of advisories) {
    const known = byId.get(advisory.id);
    byId.set(advisory.id, known === undefined ? advisory : mergeAdvisories(known, advisory));
  }
  return [...byId.values()];
}

function isNewer(a: Advisory, b: Advisory): boolean {
  if (a.modified !== b.modified) return (a.modified ?? '') > (b.modified ?? '');
  return JSON.stringify(a) > JSON.stringify(b);
}

function union(a: readonly string[], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])].toSorted();
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
