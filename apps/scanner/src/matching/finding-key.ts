import { digestOf, hexOf } from '@assay/kernel';
import { PackageURL } from 'packageurl-js';
import { parsePurl } from './package-identity.js';

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

/** Qualifiers that name an installation or a file rather than the package; syft makes a new `package-id` for each scan. */
const volatileQualifiers: ReadonlySet<string> = new Set([
  'package-id',
  'file_name',
  'checksum',
  'download_url',
  'vcs_url',
]);

/** The purl in its canonical spelling and without what changes from scan to scan; other text as it is. */
export function placeOfPurl(purl: string): string {
  const parts = parsePurl(purl);
  if (parts === null) return purl;
  const stable = Object.entries(parts.qualifiers).filter(([name]) => !volatileQualifiers.has(name));
  try {
    const { type, namespace, name, version, subpath } = parts;
    return new PackageURL(type, namespace, name, version, Object.fromEntries(stable), subpath).toString();
  } catch {
    return purl;
  }
}
