/** What a bill of materials calls itself, by the names at its top level. */
const sbomFormats = [
  { name: 'bomFormat', mediaType: 'application/vnd.cyclonedx+json' },
  { name: 'spdxVersion', mediaType: 'application/spdx+json' },
] as const;

/** What VEX documents have at their top level: OpenVEX, CSAF, CycloneDX. */
const vexNames = ['@context', 'document', 'bomFormat'];

/** The media type of a document that may be VEX; who reads it tells for sure. Null for one that is none. */
export function vexMediaType(hasName: (name: string) => boolean): string | null {
  return vexNames.some(hasName) ? 'application/json' : null;
}

/** The media type of an SBOM in JSON, whatever the caller called it; null for a document that is none we read. */
export function sbomMediaType(hasName: (name: string) => boolean): string | null {
  return sbomFormats.find(({ name }) => hasName(name))?.mediaType ?? null;
}
