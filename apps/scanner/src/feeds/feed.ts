import type { ArtifactRef } from '@assay/contracts';
import type { Digest, Uuid } from '@assay/kernel';

/** The feeds that can be imported. */
export const feedNames = ['osv', 'kev', 'epss'] as const;
export type FeedName = (typeof feedNames)[number];

/** Where an import reads from. `isWhole`: what a source no longer holds was taken back. */
export type FeedSource =
  | { readonly kind: 'path'; readonly path: string; readonly isWhole: boolean }
  | { readonly kind: 'artifact'; readonly digest: Digest; readonly name: string; readonly isWhole: boolean }
  | { readonly kind: 'urls'; readonly urls: readonly string[] };

/** What an import did. `rejected` records could not be used; the first of them are named. */
export interface ImportCounts {
  readonly read: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly rejected: number;
}

export interface Rejection {
  readonly source: string;
  readonly id: string | null;
  readonly reason: string;
}

/** What an import tells while it goes on and when it is over. */
export interface ImportResult extends ImportCounts {
  /** How many records are stored of the feed now. */
  readonly records: number;
  readonly rejections: readonly Rejection[];
  /** What the feed itself says of its age: KEV's catalogue version, the newest `modified` of OSV, the day of EPSS' model run. */
  readonly version: string;
  /** Of everything that is stored of the feed: equal in two installations that know the same. */
  readonly digest: string;
  /** What the feed says of itself beyond its version: `released` of KEV, `model` of EPSS. */
  readonly details: Readonly<Record<string, string>>;
  /** The records that the import has changed, where that is a document. */
  readonly delta?: ArtifactRef;
}

/** One run of an import. */
export interface FeedRun {
  readonly refreshId: Uuid;
  readonly onProgress: (counts: Partial<ImportCounts>) => Promise<void>;
}

export function noImport(): { -readonly [Count in keyof ImportCounts]: number } {
  return { read: 0, added: 0, changed: 0, removed: 0, rejected: 0 };
}
