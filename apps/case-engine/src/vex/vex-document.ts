import type { justifications, VexOutcome } from '@assay/contracts';

/** What a statement says of a product, in OpenVEX's words; the other formats are translated. */
export type VexStatus = 'not_affected' | 'affected' | 'fixed' | 'under_investigation';

export type Justification = (typeof justifications)[number];

/** One author's word on one vulnerability in one product. */
export interface VexStatement {
  readonly vulnerability: string;
  /** Other names of it. */
  readonly aliases: readonly string[];
  readonly status: VexStatus;
  readonly justification: Justification | null;
  /** Why, in the author's words. */
  readonly impact: string | null;
  /** Null where the document says no time of its own for it. */
  readonly saidAt: Date | null;
  /** Package URL of the product. */
  readonly product: string;
  /** Package URL of the part of the product that this is about; null is the product itself. */
  readonly component: string | null;
}

/** A VEX document of any format, read. */
export interface VexDocument {
  readonly format: VexOutcome['format'];
  readonly author: string;
  readonly documentId: string;
  readonly version: string;
  readonly issuedAt: Date | null;
  readonly statements: readonly VexStatement[];
  /** What of it cannot be used, in words. */
  readonly warnings: readonly string[];
}

const justificationWords: readonly string[] = [
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
] satisfies Justification[];

/** The justification of OpenVEX and CSAF by its name; null for a name they do not have. */
export function justificationOf(name: unknown): Justification | null {
  return typeof name === 'string' && justificationWords.includes(name) ? (name as Justification) : null;
}

/**
 * Negative if `one` is of an older version than `other`: by the numbers in their versions, else by when they were issued.
 * 0 where nothing tells them apart.
 */
export function compareVersions(
  one: Pick<VexDocument, 'version' | 'issuedAt'>,
  other: Pick<VexDocument, 'version' | 'issuedAt'>,
): number {
  const [a, b] = [numbersOf(one.version), numbersOf(other.version)];
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return (one.issuedAt?.getTime() ?? 0) - (other.issuedAt?.getTime() ?? 0);
}

/** `3`, `1.2.3`; what stands behind a hyphen or plus is no number to order by. */
function numbersOf(version: string): number[] {
  return version
    .split(/[-+]/, 1)[0]!
    .split('.')
    .map((part) => (/^\d{1,15}$/.test(part) ? Number(part) : 0));
}
