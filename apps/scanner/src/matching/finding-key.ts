import { digestOf, hexOf } from '@assay/kernel';
import { placeOfPurl } from './component-place.js';

/** The kinds of finding that the scanner makes. */
export const findingKinds = ['vulnerability', 'misconfiguration', 'secret', 'license', 'sast'] as const;
export type FindingKind = (typeof findingKinds)[number];

/** What makes a finding this one and no other, within one subject. */
export interface FindingIdentity {
  readonly kind: FindingKind;
  /** The component's purl, a file, or the target of a rule. */
  readonly place: string;
  /** The id of the alias group, or of the rule. */
  readonly what: string;
}

/**
 * The key of a finding within its subject: 64 hexadecimal digits, the same for the same kind, place and alias group or rule
 * on every machine and for ever. Part of stored data: to change it is a migration.
 */
export function findingKey({ kind, place, what }: FindingIdentity): string {
  return hexOf(digestOf(JSON.stringify([kind, kind === 'vulnerability' ? placeOfPurl(place) : place, what])));
}
