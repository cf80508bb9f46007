import type { Severity } from '@assay/kernel';

/** One end of a range of versions (OSV schema §affected[].ranges[].events). `introduced` `0` is before every version. */
export interface RangeEvent {
  readonly type: 'introduced' | 'fixed' | 'last_affected' | 'limit';
  readonly version: string;
}

/** A range by the ecosystem's own order or by SemVer. Ranges of commits are not kept: components have versions. */
export interface VersionRange {
  readonly type: 'ECOSYSTEM' | 'SEMVER';
  readonly events: readonly RangeEvent[];
}

/** What an advisory says about one package. */
export interface AffectedPackage {
  /** As published: `npm`, `Debian:12`. */
  readonly ecosystem: string;
  /** As published, for people to read. */
  readonly name: string;
  /** By what components find it, see `packageKeyOf`. */
  readonly packageKey: string;
  readonly ranges: readonly VersionRange[];
  /** Versions named one by one. */
  readonly versions: readonly string[];
}

/** One advisory of one database, reduced to what matching and display need. */
export interface Advisory {
  readonly id: string;
  /** Other databases' ids of the same flaw, without the own one, sorted. Only these merge. */
  readonly aliases: readonly string[];
  /** `related` and `upstream` of the record, sorted: worth showing, never merged. */
  readonly related: readonly string[];
  readonly summary: string;
  /** What the problem is, cut; empty where the record does not say more than the summary. Absent in those of before. */
  readonly description?: string;
  /** Pages about it, the most useful first; a few. */
  readonly references?: readonly string[];
  /** RFC 3339, null where unknown (the Go database's repository writes the year 1). */
  readonly published: string | null;
  readonly modified: string | null;
  /** When it was taken back; such an advisory matches nothing. */
  readonly withdrawn: string | null;
  readonly severity: Severity;
  readonly score: number | null;
  readonly vector: string | null;
  readonly affected: readonly AffectedPackage[];
}
