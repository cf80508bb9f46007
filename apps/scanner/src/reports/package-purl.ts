import { canonicalEcosystem } from '../matching/package-key.js';

/** How the name of an ecosystem's package stands in a purl. */
type Spelling = 'path' | 'maven';

/** The purl's type and namespace for an ecosystem, by OSV's name and by the names that tools have for its files, in lower case. */
const ecosystems: ReadonlyMap<string, { readonly prefix: string; readonly spelling: Spelling }> = new Map(
  Object.entries({
    npm: 'npm yarn pnpm bun node-pkg javascript node-js',
    pypi: 'pypi pip pipenv poetry uv pylock python-pkg conda-pkg python',
    golang: 'go gomod gobinary golang',
    cargo: 'crates.io cargo rustbinary rust',
    maven: 'maven jar pom gradle gradle-lockfile sbt sbt-lockfile java',
    gem: 'rubygems bundler gemspec gem ruby',
    nuget: 'nuget dotnet-core packages-props .net',
    composer: 'packagist composer composer-vendor php',
    hex: 'hex mix mix-lock erlang',
    pub: 'pub pubspec-lock dart',
    swift: 'swifturl swift',
    cocoapods: 'cocoapods',
    conan: 'conancenter conan',
    cran: 'cran',
    hackage: 'hackage',
    bitnami: 'bitnami',
    'deb/debian': 'debian',
    'deb/ubuntu': 'ubuntu',
    'apk/alpine': 'alpine',
    'apk/wolfi': 'wolfi',
    'apk/chainguard': 'chainguard',
    'rpm/redhat': 'redhat red-hat',
    'rpm/centos': 'centos',
    'rpm/rocky': 'rocky rocky-linux',
    'rpm/almalinux': 'alma almalinux',
    'rpm/oracle': 'oracle',
    'rpm/amzn': 'amazon',
    'rpm/fedora': 'fedora',
    'rpm/mageia': 'mageia',
    'rpm/photon': 'photon',
    'rpm/azurelinux': 'azurelinux',
    'rpm/mariner': 'cbl-mariner',
    'rpm/opensuse': 'opensuse opensuse.leap opensuse-leap opensuse.tumbleweed',
    'rpm/suse': 'suse sles',
  }).flatMap(([prefix, names]) =>
    names.split(' ').map((name) => [name, { prefix, spelling: prefix === 'maven' ? 'maven' : 'path' }] as const),
  ),
);

/**
 * The purl of a package whose ecosystem is given in words, OSV's (`npm`, `Debian:12`, `crates.io`) or those of trivy's results
 * (`bundler`, `gobinary`); empty where we know no such ecosystem or the name is none. Qualifiers are not said.
 */
export function purlOfPackage(ecosystem: string, name: string, version: string): string {
  const [family = '', release = ''] = canonicalEcosystem(ecosystem).split(':', 2);
  const known = ecosystems.get(family.toLowerCase().replaceAll(' ', '-'));
  if (known === undefined || name === '') return '';
  // A Maven coordinate is a group and an artifact.
  const path = known.spelling === 'maven' ? name.replace(':', '/') : name;
  if (known.spelling === 'maven' && !path.includes('/')) return '';
  const segments = path.split('/').filter((segment) => segment !== '');
  const distro = release === '' || !known.prefix.includes('/') ? '' : distroOf(known.prefix, release);
  const at = version === '' ? '' : `@${encoded(version)}`;
  return `pkg:${known.prefix}/${segments.map(encoded).join('/')}${at}${distro}`;
}

/** The ecosystem whose packages a file lists, by the end of its path. */
const lockFiles: readonly [ecosystem: string, file: RegExp][] = [
  ['npm', /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lock)$/],
  ['pypi', /(?:^|\/)(?:[\w.-]*requirements[\w.-]*\.txt|poetry\.lock|Pipfile\.lock|pdm\.lock|uv\.lock|pylock\.toml)$/],
  ['go', /(?:^|\/)go\.(?:mod|sum)$/],
  ['cargo', /(?:^|\/)Cargo\.lock$/],
  ['gem', /(?:^|\/)Gemfile\.lock$/],
  ['composer', /(?:^|\/)composer\.lock$/],
  ['maven', /(?:^|\/)(?:pom\.xml|(?:buildscript-)?gradle\.lockfile)$/],
  ['nuget', /(?:^|\/)packages\.(?:lock\.json|config)$/],
  ['hex', /(?:^|\/)mix\.lock$/],
  ['pub', /(?:^|\/)pubspec\.lock$/],
];

/** The purl of a package that a report knows only by its name and the file it is listed in; empty for other files. */
export function purlOfListed(file: string, name: string, version: string): string {
  const ecosystem = lockFiles.find(([, pattern]) => pattern.test(file))?.[0];
  return ecosystem === undefined ? '' : purlOfPackage(ecosystem, name, version);
}

function distroOf(prefix: string, release: string): string {
  return `?distro=${prefix.split('/')[1]}-${encodeURIComponent(release.replace(/^v(?=\d)/, ''))}`;
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
