import { readdirSync } from 'node:fs';
import type { Advisory } from '../../src/advisories/advisory.js';
import { mergeDuplicates } from '../../src/advisories/merge-advisories.js';
import { readFeedLines } from '../../src/advisories/read-feed.js';
import { matchAdvisory } from '../../src/matching/match-advisory.js';
import type { PackageIdentity } from '../../src/matching/package-identity.js';
import { packageKeyOf } from '../../src/matching/package-key.js';
import { bytesOf, scannerRoot } from './fixtures.js';

/** Advisories by the key of each package that they name. */
export type AdvisoryIndex = ReadonlyMap<string, readonly Advisory[]>;

const folder = `${scannerRoot}seed/osv/`;

/** How the records of the shipped feeds were read, and the index of those that are advisories. */
export async function readSeed(
  wanted: (file: string) => boolean,
): Promise<{ index: AdvisoryIndex; tally: Record<string, number> }> {
  const tally: Record<string, number> = {};
  const advisories: Advisory[] = [];
  for (const file of readdirSync(folder).filter(wanted)) {
    for await (const reading of readFeedLines(bytesOf(folder + file))) {
      const outcome = `${file.replace(/^osv-|\.jsonl\.gz$/g, '')}: ${reading.outcome}`;
      tally[outcome] = (tally[outcome] ?? 0) + 1;
      if (reading.outcome === 'advisory') advisories.push(reading.advisory);
    }
  }
  return { index: indexOf(mergeDuplicates(advisories)), tally };
}

/** The ids of all advisories in force that mean this package. */
export function idsMatching(index: AdvisoryIndex, identity: PackageIdentity): string[] {
  const candidates = index.get(packageKeyOf(identity.ecosystem, identity.name)) ?? [];
  return candidates.filter((advisory) => matchAdvisory(advisory, identity).affected).map(({ id }) => id);
}

function indexOf(advisories: readonly Advisory[]): AdvisoryIndex {
  const index = new Map<string, Advisory[]>();
  for (const advisory of advisories) {
    for (const key of new Set(advisory.affected.map(({ packageKey }) => packageKey))) {
      const known = index.get(key);
      if (known === undefined) index.set(key, [advisory]);
      else known.push(advisory);
    }
  }
  return index;
}
