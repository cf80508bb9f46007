import { maxRememberedPlaces, maxRememberedPurlLength } from '../limits.js';
import { BoundedMap } from '../vulnerabilities/bounded-map.js';
import { parsePurl, type PurlParts } from './package-identity.js';
import { canonicalPackageName } from './package-key.js';

/** Ecosystems whose names have several spellings, by the purl's type; see `canonicalPackageName`. */
const spelledFreely: Readonly<Record<string, string>> = {
  pypi: 'PyPI',
  golang: 'Go',
  nuget: 'NuGet',
  composer: 'Packagist',
  github: 'GitHub Actions',
};

/** One distribution by the names that syft, trivy and the purl specification give it. */
const distributionNames: Readonly<Record<string, string>> = {
  alma: 'almalinux',
  amazon: 'amzn',
  cbl: 'mariner',
  'cbl-mariner': 'mariner',
  'opensuse.leap': 'opensuse',
  'opensuse-leap': 'opensuse',
  'opensuse.tumbleweed': 'opensuse',
  ol: 'oracle',
  oraclelinux: 'oracle',
  rhel: 'redhat',
  rockylinux: 'rocky',
  sles: 'suse',
  'suse linux enterprise server': 'suse',
};

/** Qualifiers that name another file of a Maven artifact; all others say where it came from or lies. */
const distinguishing: ReadonlySet<string> = new Set(['classifier', 'type']);

/**
 * What a component is called as the place of a finding: a purl of type, namespace, name and version in one spelling. Two tools that
 * look at one package must say the same here, so what only some of them know is left out: the release of the distribution
 * (`debian-12`, `debian-12.5`, nothing), the architecture, the source package, the id of the scan. Text that is no purl stays.
 */
export function placeOfPurl(purl: string): string {
  if (purl.length > maxRememberedPurlLength) return spelledPlace(purl);
  const known = places.get(purl);
  if (known !== undefined) return known;
  const place = spelledPlace(purl);
  places.set(purl, place);
  return place;
}

/** Reports name the same few packages over and over, and taking a purl apart costs more than all else about a finding. */
const places = new BoundedMap<string>(maxRememberedPlaces);

function spelledPlace(purl: string): string {
  const parts = parsePurl(purl);
  if (parts === null) return purl;
  const { type, namespace, name, version, subpath } = canonicalParts(parts);
  const path = [type, ...namespace.split('/'), name].filter((part) => part !== '').map(encoded);
  const kept = Object.entries(parts.qualifiers)
    .filter(([key, value]) => distinguishing.has(key) && `${key}=${value}` !== 'type=jar')
    .map(([key, value]) => `${key}=${encoded(value)}`)
    .toSorted();
  const qualifiers = kept.length === 0 ? '' : `?${kept.join('&')}`;
  const inside = segmentsOf(subpath);
  const below = inside.length === 0 ? '' : `#${inside.map(encoded).join('/')}`;
  return `pkg:${path.join('/')}${version === '' ? '' : `@${encoded(version)}`}${qualifiers}${below}`;
}

/** The parts of a path, without those that are blank. */
function segmentsOf(path: string): string[] {
  const segments = path.split('/').map((segment) => segment.trim());
  return segments.filter((segment) => segment !== '');
}

/** As the purl specification encodes; its library also lowers npm names, and `jQuery` is not `jquery`. */
function encoded(part: string): string {
  return encodeURIComponent(part.toWellFormed()).replaceAll('%3A', ':');
}

function canonicalParts(parts: PurlParts): Omit<PurlParts, 'qualifiers'> {
  const { type, name, version, subpath } = parts;
  switch (type) {
    case 'golang':
      return canonicalGoModule(parts);
    case 'alpine':
    case 'apk':
      return { type: 'apk', namespace: namespaceOf(parts) || 'alpine', name: name.toLowerCase(), version, subpath };
    case 'deb':
    case 'rpm':
      return { type, namespace: namespaceOf(parts), name, version: withEpoch(parts), subpath };
    default: {
      const namespace = canonicalName(type, parts.namespace);
      return { type, namespace, name: canonicalName(type, name), version, subpath };
    }
  }
}

/**
 * A module below the root of its repository stands behind a `#` for some tools and in the path for others, and the standard
 * library is `go1.22.1`, `v1.22.1` or `1.22.1`.
 */
function canonicalGoModule({ type, namespace, name, version, subpath }: PurlParts): Omit<PurlParts, 'qualifiers'> {
  const path = [namespace, name, subpath].flatMap(segmentsOf).join('/');
  const full = canonicalName('golang', path);
  const slash = full.lastIndexOf('/');
  return {
    type,
    namespace: slash === -1 ? '' : full.slice(0, slash),
    name: full.slice(slash + 1),
    version: version.replace(/^(?:v|go)(?=\d)/, ''),
    subpath: '',
  };
}

function canonicalName(type: string, name: string): string {
  const ecosystem = Object.hasOwn(spelledFreely, type) ? spelledFreely[type] : undefined;
  return ecosystem === undefined ? name : canonicalPackageName(ecosystem, name);
}

function namespaceOf({ namespace, type }: PurlParts): string {
  if (type === 'alpine') return 'alpine';
  const name = namespace.toLowerCase();
  return Object.hasOwn(distributionNames, name) ? distributionNames[name]! : name;
}

/** The epoch stands in the version or beside it; 0 is none. */
function withEpoch({ version, qualifiers }: PurlParts): string {
  const epoch = qualifiers['epoch'] ?? '';
  const whole = epoch === '' || version.includes(':') ? version : `${epoch}:${version}`;
  return whole.replace(/^(?:0+:)+/, '');
}
