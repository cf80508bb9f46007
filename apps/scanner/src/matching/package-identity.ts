import { PackageURL } from 'packageurl-js';
import { maxPurlLength } from '../limits.js';
import { identityOfDistroPackage } from './distro-identity.js';
import { canonicalPackageName } from './package-key.js';

/** What a component is in the words of OSV: an ecosystem (`npm`, `Debian:12`), a canonical name, a version. */
export interface PackageIdentity {
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string;
}

/** The parts of a purl, decoded and never null. The specification is ECMA-427 (package-url/purl-spec). */
export interface PurlParts {
  readonly type: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly qualifiers: Readonly<Record<string, string>>;
  readonly subpath: string;
}

/** Ecosystems in which the purl says everything, and how the OSV name is made of its parts. */
const languages: ReadonlyMap<string, { ecosystem: string; nameOf: (purl: PurlParts) => string }> = new Map([
  ['npm', { ecosystem: 'npm', nameOf: slashed }],
  ['pypi', { ecosystem: 'PyPI', nameOf: plain }],
  ['golang', { ecosystem: 'Go', nameOf: goModule }],
  ['cargo', { ecosystem: 'crates.io', nameOf: plain }],
  ['maven', { ecosystem: 'Maven', nameOf: (purl) => `${purl.namespace}:${purl.name}` }],
  ['gem', { ecosystem: 'RubyGems', nameOf: plain }],
  ['nuget', { ecosystem: 'NuGet', nameOf: plain }],
  ['bitnami', { ecosystem: 'Bitnami', nameOf: plain }],
  ['composer', { ecosystem: 'Packagist', nameOf: slashed }],
  ['hex', { ecosystem: 'Hex', nameOf: slashed }],
  ['pub', { ecosystem: 'Pub', nameOf: plain }],
  ['swift', { ecosystem: 'SwiftURL', nameOf: slashed }],
  ['github', { ecosystem: 'GitHub Actions', nameOf: slashed }],
]);

/**
 * Whom an advisory would have to name to mean this component, or null if the purl is broken, its type has no advisories, a
 * distribution's release is not said, or there is no version. `fallbackVersion` is the component's own, for purls without
 * one. Never throws.
 */
export function identityOf(purl: string, fallbackVersion = ''): PackageIdentity | null {
  const parts = parsePurl(purl);
  return parts === null ? null : identityOfParts(parts, fallbackVersion);
}

/** `identityOf` for a purl that is parsed already. */
export function identityOfParts(parts: PurlParts, fallbackVersion = ''): PackageIdentity | null {
  const purl = parts.version === '' ? { ...parts, version: fallbackVersion.trim() } : parts;
  if (purl.version === '') return null;
  const language = languages.get(purl.type);
  if (language === undefined) return identityOfDistroPackage(purl);
  const name = canonicalPackageName(language.ecosystem, language.nameOf(purl));
  return { ecosystem: language.ecosystem, name, version: purl.version };
}

/** The parts of a purl, or null if it is none. Never throws, whatever text it is. */
export function parsePurl(text: string): PurlParts | null {
  if (text.length > maxPurlLength || text.includes('\u0000') || /%00/.test(text)) return null;
  try {
    const { type, namespace, name, version, qualifiers, subpath } = PackageURL.fromString(text.trim());
    if (type === undefined || name === undefined) return null;
    return {
      type,
      namespace: namespace ?? '',
      name: type === 'npm' ? spelledAs(name, text) : name,
      version: version ?? '',
      qualifiers: { ...qualifiers },
      subpath: subpath ?? '',
    };
  } catch {
    return null;
  }
}

/**
 * The npm name with the capitals of the text. The purl specification lowers them, which tools don't and npm's old packages
 * don't survive: `JSONStream` is not `jsonstream`.
 */
function spelledAs(name: string, text: string): string {
  // What could be parsed can be decoded.
  const path = decodeURIComponent(text.split(/[?#]/, 1)[0]!);
  const at = path.toLowerCase().lastIndexOf(`/${name}`);
  return at === -1 ? name : path.slice(at + 1, at + 1 + name.length);
}

function plain(purl: PurlParts): string {
  return purl.name;
}

function slashed(purl: PurlParts): string {
  return purl.namespace === '' ? purl.name : `${purl.namespace}/${purl.name}`;
}

/** A module that lives below the root of its repository has the rest of its path behind the `#`: `…/consul@v1.12.0#api`. */
function goModule(purl: PurlParts): string {
  return purl.subpath === '' ? slashed(purl) : `${slashed(purl)}/${purl.subpath}`;
}
