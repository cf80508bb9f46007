/**
 * The ecosystem as advisories and packages share it: `Ubuntu:22.04:LTS` is `Ubuntu:22.04`. The list of ecosystems and their
 * releases is that of the OSV schema, §affected[].package.
 */
export function canonicalEcosystem(ecosystem: string): string {
  return ecosystem.trim().replace(/^(Ubuntu:\d+\.\d+):LTS$/, '$1');
}

/**
 * The name by which an ecosystem knows a package, however it was spelt: PyPI by PEP 503; Go, NuGet, Packagist and
 * GitHub in lower case, since purls and tools lower them while advisories keep the author's spelling; the others as they are.
 * npm stays as it is: `jQuery` and `jquery` are two packages.
 */
export function canonicalPackageName(ecosystem: string, name: string): string {
  const trimmed = name.trim();
  switch (ecosystem.split(':', 1)[0]) {
    case 'PyPI':
      return trimmed.toLowerCase().replaceAll(/[-_.]+/g, '-');
    case 'Go':
    case 'NuGet':
    case 'Packagist':
    case 'GitHub Actions':
      return trimmed.toLowerCase();
    default:
      return trimmed;
  }
}

/** One key for a package of an ecosystem, the same for an advisory and an inventory: `PyPI/django`, `Debian:12/openssl`. */
export function packageKeyOf(ecosystem: string, name: string): string {
  return `${canonicalEcosystem(ecosystem)}/${canonicalPackageName(ecosystem, name)}`;
}
