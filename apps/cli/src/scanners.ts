import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { AssayError } from '@assay/kernel';
import type { IngestRoute } from './documents.js';

/** What is scanned: a folder by its whole path, or an image by its reference. */
export interface ScanTarget {
  readonly kind: 'directory' | 'image';
  readonly name: string;
}

/** A scanner of somebody else's: how it is called so that it writes its document to standard output. */
export interface Scanner {
  readonly program: string;
  readonly route: IngestRoute;
  /** Its words for a target; null for a kind of target that it does not scan. */
  args(target: ScanTarget): readonly string[] | null;
  /** Exit codes with which it has done its work: some tell by them that they have found something. */
  readonly goodCodes: readonly number[];
  /** The code that means that there was nothing for it to look at. */
  readonly nothingCode?: number;
}

const reports = '/api/v1/ingest/reports';

/** The scanners that are tried, in the order in which their documents are sent: the SBOM first. */
export const scanners: readonly Scanner[] = [
  {
    program: 'syft',
    route: '/api/v1/ingest/sbom',
    args: ({ kind, name }) => ['scan', kind === 'directory' ? `dir:${name}` : name, '-q', '-o', 'cyclonedx-json'],
    goodCodes: [0],
  },
  {
    program: 'trivy',
    route: reports,
    args: ({ kind, name }) =>
      kind === 'directory'
        ? ['filesystem', '--quiet', '--format', 'json', '--scanners', 'vuln,misconfig,secret', name]
        : ['image', '--quiet', '--format', 'json', '--scanners', 'vuln,misconfig,secret', name],
    goodCodes: [0],
  },
  {
    program: 'grype',
    route: reports,
    args: ({ kind, name }) => [kind === 'directory' ? `dir:${name}` : name, '-q', '-o', 'json'],
    goodCodes: [0],
  },
  {
    program: 'semgrep',
    route: reports,
    args: ({ kind, name }) =>
      kind === 'directory' ? ['scan', '--quiet', '--json', '--metrics=off', '--config=p/default', name] : null,
    goodCodes: [0, 1],
  },
  {
    program: 'osv-scanner',
    route: reports,
    args: ({ kind, name }) =>
      kind === 'directory'
        ? ['scan', 'source', '--recursive', '--format', 'json', name]
        : ['scan', 'image', '--format', 'json', name],
    goodCodes: [0, 1],
    nothingCode: 128,
  },
];

/** An image reference, which no scanner can take for an option or a path (OCI distribution; `sha256:` ids too). */
const imageReference = /^[a-z0-9][\w./:@-]{0,500}$/i;

/** A folder that is there is scanned as one, anything else as an image. @throws AssayError `cli.no-such-target` */
export function scanTargetOf(text: string): ScanTarget {
  if (statSync(text, { throwIfNoEntry: false })?.isDirectory()) return { kind: 'directory', name: resolve(text) };
  if (imageReference.test(text)) return { kind: 'image', name: text };
  throw new AssayError('invalid', 'cli.no-such-target', `"${text}" is neither a folder nor the name of an image`);
}

/** Name and tag of an image reference: the colon after the last slash begins the tag. */
export function nameAndTag(reference: string): { imageName: string; imageTag?: string } {
  const [name = '', digest] = reference.split('@', 2);
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  if (digest !== undefined || colon < 0) return { imageName: colon < 0 ? name : name.slice(0, colon) };
  return { imageName: name.slice(0, colon), imageTag: name.slice(colon + 1) };
}
