import { hash } from 'node:crypto';
import type { Finding } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { PlacedFinding } from '../scanning/component-findings.js';

/** A finding that stands open in the database, in the few words that tell whether it has changed. */
export interface OpenFinding {
  readonly id: Uuid;
  readonly key: string;
  readonly content: string;
}

/** What a new look at a subject changes. */
export interface FindingsDiff {
  /** Was not there before. */
  readonly opened: readonly PlacedFinding[];
  /** Was and is there, but something about it is different: its interval ends and another begins. */
  readonly changed: readonly PlacedFinding[];
  /** Intervals to end: of what is gone, and of what has changed. */
  readonly ended: readonly Uuid[];
  /** How many are gone. */
  readonly resolvedCount: number;
}

/** Compares what stands open with what was found now. */
export function diffFindings(open: readonly OpenFinding[], found: readonly PlacedFinding[]): FindingsDiff {
  const before = new Map(open.map((finding) => [finding.key, finding]));
  const opened: PlacedFinding[] = [];
  const changed: PlacedFinding[] = [];
  const ended: Uuid[] = [];
  for (const placed of found) {
    const known = before.get(placed.finding.key);
    before.delete(placed.finding.key);
    if (known === undefined) opened.push(placed);
    else if (known.content !== contentOf(placed)) {
      changed.push(placed);
      ended.push(known.id);
    }
  }
  const gone = [...before.values()];
  return { opened, changed, ended: [...ended, ...gone.map(({ id }) => id)], resolvedCount: gone.length };
}

/** Findings are shared between documents, so their marks are kept as long as they are. */
const marks = new WeakMap<PlacedFinding, string>();

/**
 * A finding as its interval keeps it: without what is read where the advisories are. The EPSS score changes nearly every
 * day, and texts are long; no interval ends for them, and no row carries them along.
 */
export function keptOf({ finding }: PlacedFinding): Finding {
  const kept = { ...finding, epss: null };
  if (finding.kind !== 'vulnerability') return kept;
  const { description: _, remediation: __, references: ___, ...short } = kept;
  return short;
}

/** A mark that two findings share exactly if nothing tells apart what is kept of them. */
export function contentOf(placed: PlacedFinding): string {
  const known = marks.get(placed);
  if (known !== undefined) return known;
  const mark = hash('sha1', JSON.stringify(keptOf(placed)), 'base64url');
  marks.set(placed, mark);
  return mark;
}
