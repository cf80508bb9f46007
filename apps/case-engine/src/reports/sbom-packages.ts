import { limits } from '../limits.js';
import type { ReportedPackage } from './run-report.js';

/** Tools of run documents that are bills of materials: the scanner calls each of them `sbom`, whatever its format. */
export const sbomTools: ReadonlySet<string> = new Set(['sbom', 'cyclonedx', 'spdx']);

/** Where the JSON of a bill of materials has its packages (`pickElements`), with the format that has them there. */
export const packagePaths: ReadonlyMap<string, SbomFormat> = new Map([
  ['components.*', 'cyclonedx'],
  ['packages.*', 'spdx'],
  ['@graph.*', 'spdx'],
]);

type SbomFormat = 'cyclonedx' | 'spdx';

/** The packages in one item of an SBOM's list: a component of CycloneDX with all that it is made of, or a package of SPDX. */
export function packagesIn(format: SbomFormat, item: unknown): ReportedPackage[] {
  if (format === 'spdx') return isFields(item) ? packagesOfSpdx(item) : [];
  const packages: ReportedPackage[] = [];
  const pending = [item];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (!isFields(next)) continue;
    packages.push(cyclonedxPackage(next));
    pending.push(...listIn(next, 'components').toReversed());
  }
  return packages;
}

/** What names a package in a report: the same one that an SBOM lists for several files is one, with all its locations. */
export function packageKey({ name, version, purl, cpe }: ReportedPackage): string {
  return JSON.stringify([name, version, purl ?? cpe]);
}

/** One package of two mentions. */
export function merged(one: ReportedPackage, other: ReportedPackage): ReportedPackage {
  return { ...one, locations: [...new Set([...one.locations, ...other.locations])].slice(0, limits.packageLocations) };
}

type Fields = Readonly<Record<string, unknown>>;

/** syft writes what CycloneDX has no field for as properties (`syft:package:type`, `syft:location:0:path`, …). */
function cyclonedxPackage(component: Fields): ReportedPackage {
  const properties = listIn(component, 'properties')
    .filter(isFields)
    .map((property) => [textIn(property, 'name') ?? '', textIn(property, 'value') ?? ''] as const);
  const property = (name: string): string | null => properties.find(([each]) => each === name)?.[1] ?? null;
  const locations = properties.filter(([name]) => /^syft:location:\d+:path$/.test(name)).map(([, path]) => path);
  const id = textIn(component, 'bom-ref');
  const purl = textIn(component, 'purl');
  return {
    id,
    name: textIn(component, 'name') ?? '',
    version: textIn(component, 'version') ?? '',
    type: textIn(component, 'type') ?? 'library',
    // Some tools write the purl as the reference only.
    purl: purl ?? (id !== null && /^pkg:/i.test(id) ? id : null),
    cpe: textIn(component, 'cpe') ?? property('syft:cpe23'),
    packageType: property('syft:package:type'),
    language: property('syft:package:language'),
    metadataType: property('syft:package:metadataType'),
    foundBy: property('syft:package:foundBy'),
    locations: [...new Set(locations)].slice(0, limits.packageLocations),
  };
}

function packagesOfSpdx(fields: Fields): ReportedPackage[] {
  const type = textIn(fields, 'type') ?? textIn(fields, '@type');
  if (type === null) return [spdxPackage(fields)];
  return /(^|[_/])Package$/.test(type) ? [spdx3Package(fields)] : [];
}

function spdx3Package(fields: Fields): ReportedPackage {
  const identifiers = listIn(fields, 'externalIdentifier').filter(isFields);
  const identifier = (type: RegExp): string | null => {
    const found = identifiers.find((each) => type.test(textIn(each, 'externalIdentifierType') ?? ''));
    return found === undefined ? null : textIn(found, 'identifier');
  };
  return {
    ...unknownToSpdx,
    id: textIn(fields, 'spdxId'),
    name: textIn(fields, 'name') ?? '',
    version: textIn(fields, 'software_packageVersion') ?? '',
    type: textIn(fields, 'software_primaryPurpose') ?? 'library',
    purl: textIn(fields, 'software_packageUrl') ?? identifier(/^packageU[rR][lL]$/),
    cpe: identifier(/^cpe2[23]$/),
  };
}

/** What only syft says. */
const unknownToSpdx = { packageType: null, language: null, metadataType: null, foundBy: null, locations: [] };

function spdxPackage(fields: Fields): ReportedPackage {
  const references = listIn(fields, 'externalRefs').filter(isFields);
  const reference = (type: RegExp): string | null => {
    const found = references.find((each) => type.test(textIn(each, 'referenceType') ?? ''));
    return found === undefined ? null : textIn(found, 'referenceLocator');
  };
  return {
    id: textIn(fields, 'SPDXID'),
    name: textIn(fields, 'name') ?? '',
    version: textIn(fields, 'versionInfo') ?? '',
    type: textIn(fields, 'primaryPackagePurpose')?.toLowerCase().replaceAll('_', '-') ?? 'library',
    purl: reference(/^purl$/),
    cpe: reference(/^cpe23Type$/) ?? reference(/^cpe22Type$/),
    ...unknownToSpdx,
  };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listIn(fields: Fields, name: string): readonly unknown[] {
  const value = fields[name];
  return Array.isArray(value) ? value : [];
}

function textIn(fields: Fields, name: string): string | null {
  const value = fields[name];
  return typeof value === 'string' && value !== '' ? value.slice(0, limits.packageTextChars) : null;
}
