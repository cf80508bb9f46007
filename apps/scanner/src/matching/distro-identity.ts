import type { PackageIdentity, PurlParts } from './package-identity.js';

/** How one distribution's purls become OSV identities. */
interface Distribution {
  /** The OSV ecosystem of that release (`12.4` gives `Debian:12`), null if the release has none. */
  readonly ecosystemOf: (release: string) => string | null;
  /** True where advisories name source packages, of which binary packages are built. */
  readonly bySource: boolean;
}

const debianReleases: Readonly<Record<string, string>> = {
  jessie: '8',
  stretch: '9',
  buster: '10',
  bullseye: '11',
  bookworm: '12',
  trixie: '13',
  forky: '14',
};

/** By type and namespace of the purl; `apk` and `alpine` name the same, as older tools wrote it. */
const distributions: ReadonlyMap<string, Distribution> = new Map<string, Distribution>([
  ['deb/debian', { ecosystemOf: (release) => majorOf('Debian', debianReleases[release] ?? release), bySource: true }],
  ['deb/ubuntu', { ecosystemOf: (release) => majorMinorOf('Ubuntu:', release), bySource: true }],
  ['apk/alpine', { ecosystemOf: (release) => majorMinorOf('Alpine:v', release), bySource: true }],
  ['apk/wolfi', { ecosystemOf: () => 'Wolfi', bySource: true }],
  ['apk/chainguard', { ecosystemOf: () => 'Chainguard', bySource: true }],
  ['rpm/almalinux', { ecosystemOf: (release) => majorOf('AlmaLinux', release), bySource: false }],
  ['rpm/alma', { ecosystemOf: (release) => majorOf('AlmaLinux', release), bySource: false }],
  ['rpm/rocky', { ecosystemOf: (release) => majorOf('Rocky Linux', release), bySource: false }],
  ['rpm/rockylinux', { ecosystemOf: (release) => majorOf('Rocky Linux', release), bySource: false }],
  ['rpm/redhat', { ecosystemOf: (release) => majorOf('Red Hat', release), bySource: false }],
  ['rpm/opensuse', { ecosystemOf: (release) => majorMinorOf('openSUSE:Leap ', release), bySource: false }],
  ['rpm/mageia', { ecosystemOf: (release) => majorOf('Mageia', release), bySource: false }],
]);

/** The identity of a distribution's package, or null if we know no advisories of that distribution or release. */
export function identityOfDistroPackage(purl: PurlParts): PackageIdentity | null {
  const type = purl.type === 'alpine' ? 'apk' : purl.type;
  const namespace =
    purl.type === 'alpine' || purl.namespace === '' ? defaultNamespace(type) : purl.namespace.toLowerCase();
  const distribution = distributions.get(`${type}/${namespace}`);
  const ecosystem = distribution?.ecosystemOf(releaseOf(purl.qualifiers['distro'] ?? '')) ?? null;
  if (distribution === undefined || ecosystem === null) return null;

  const version = withEpoch(purl.version, purl.qualifiers['epoch']);
  const source = distribution.bySource ? sourceOf(purl) : null;
  if (source === null) return { ecosystem, name: purl.name, version };
  return {
    ecosystem,
    name: source.name,
    version: source.version ?? (type === 'deb' ? withoutRebuild(version) : version),
  };
}

function defaultNamespace(type: string): string {
  return type === 'apk' ? 'alpine' : '';
}

/**
 * The source package behind `upstream=glibc` or `upstream=util-linux@2.34-0.1` (syft) or `source=` (others). A binary package
 * without such a qualifier has the name of its source.
 */
function sourceOf(purl: PurlParts): { name: string; version: string | null } | null {
  const text = purl.qualifiers['upstream'] ?? purl.qualifiers['source'] ?? '';
  const at = text.indexOf('@');
  const name = (at === -1 ? text : text.slice(0, at)).trim();
  if (name === '') return null;
  const version = at === -1 ? '' : text.slice(at + 1).trim();
  return { name, version: version === '' ? null : version };
}

/** Debian rebuilds a binary from the same source as `1.2-3+b1`; its advisories speak of `1.2-3`. */
function withoutRebuild(version: string): string {
  return version.replace(/\+b\d+$/, '');
}

/** rpm purls carry the epoch as a qualifier (purl-spec, type rpm), and so do some tools for deb. */
function withEpoch(version: string, epoch: string | undefined): string {
  return epoch === undefined || epoch === '' || version.includes(':') ? version : `${epoch}:${version}`;
}

/** `debian-12.4`, `alpine-v3.18`, `3.18.4` and `opensuse-leap-15.5` without the distribution's name. */
function releaseOf(distro: string): string {
  return distro
    .toLowerCase()
    .replace(/^[a-z][a-z-]*-(?=v?\d)/, '')
    .replace(/^[a-z]+-(?=[a-z]+$)/, '')
    .replace(/^v(?=\d)/, '');
}

function majorOf(ecosystem: string, release: string): string | null {
  const found = /^(\d+)(?:\.|$)/.exec(release);
  return found === null ? null : `${ecosystem}:${found[1]}`;
}

function majorMinorOf(prefix: string, release: string): string | null {
  const found = /^(\d+\.\d+)(?:\.|_|$)/.exec(release);
  return found === null ? null : `${prefix}${found[1]}`;
}
