import {
  maxLicenseLength,
  maxLicensesPerComponent,
  maxNameLength,
  maxPurlLength,
  maxVersionLength,
} from '../limits.js';
import { identityOfParts, parsePurl } from '../matching/package-identity.js';
import { storableText } from '../text/storable-text.js';
import type { SbomNotes } from './sbom-notes.js';
import type { SbomComponent } from './sbom.js';

/** A component as a document has it, before any limit. Empty texts mean: not said. */
export interface RawComponent {
  /** JSON path, for warnings. */
  readonly field: string;
  readonly purl: string;
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly licenses: readonly string[];
  readonly bomRef: string;
}

/** The component within our limits and with the identity behind its purl; what is odd about it goes to `notes`. */
export function toComponent(raw: RawComponent, notes: SbomNotes): SbomComponent {
  const parts = raw.purl === '' ? null : parsePurl(raw.purl);
  if (raw.purl !== '' && parts === null) notes.warn('bad-purl', `${raw.field} has a purl that is none`, raw.purl);
  const name = raw.name === '' ? (parts?.name ?? '') : raw.name;
  if (name === '') notes.warn('missing-name', `${raw.field} has no name`);
  const version = raw.version === '' ? (parts?.version ?? '') : raw.version;
  if (name.length > maxNameLength) notes.warn('text-cut', `${raw.field} has a name of ${name.length} characters`);
  return {
    purl: parts === null ? null : storableText(raw.purl, maxPurlLength),
    name: storableText(name, maxNameLength),
    version: storableText(version, maxVersionLength),
    type: raw.type === '' ? 'library' : storableText(raw.type.toLowerCase(), maxNameLength),
    licenses: licensesOf(raw.licenses),
    bomRef: raw.bomRef === '' ? null : storableText(raw.bomRef, maxPurlLength),
    identity: parts === null || version.length > maxVersionLength ? null : identityOfParts(parts, version),
  };
}

function licensesOf(licenses: readonly string[]): string[] {
  const distinct = new Set(licenses.map((license) => storableText(license, maxLicenseLength)));
  distinct.delete('');
  return [...distinct].slice(0, maxLicensesPerComponent);
}
