import type { PackageIdentity } from '../matching/package-identity.js';

export type SbomFormat = 'cyclonedx' | 'spdx';

/** One entry of an inventory. All texts are fit for Postgres and within the limits of `limits.ts`. */
export interface SbomComponent {
  /** As the document writes it, null where there is none or it can't be parsed. */
  readonly purl: string | null;
  readonly name: string;
  /** Empty where the document says none. */
  readonly version: string;
  /** CycloneDX's `type`, SPDX's `primaryPackagePurpose` in lower case; `library` where the document says none. */
  readonly type: string;
  /** SPDX ids, names or expressions as the document has them, distinct. */
  readonly licenses: readonly string[];
  /** `bom-ref` or `SPDXID`; null where there is none. */
  readonly bomRef: string | null;
  /** Under which name advisories would speak of it; null if none could. */
  readonly identity: PackageIdentity | null;
}

/** What a document is about. */
export interface SbomSubject {
  readonly name: string;
  readonly version: string;
  readonly purl: string | null;
}

/** Something that is odd and does no harm. */
export interface SbomWarning {
  readonly code: 'bad-purl' | 'dangling-reference' | 'duplicate-reference' | 'missing-name' | 'text-cut' | 'too-many';
  readonly message: string;
}

/** What is known of a document besides its components. */
export interface SbomDocument {
  readonly format: SbomFormat;
  readonly specVersion: string;
  /** CycloneDX's `serialNumber`, SPDX's `documentNamespace`. */
  readonly serial: string | null;
  readonly subject: SbomSubject | null;
  readonly componentCount: number;
  readonly warnings: readonly SbomWarning[];
}

/** One format of JSON document: which places it wants, and what it makes of them. One instance reads one document. */
export interface SbomDialect {
  readonly format: SbomFormat;
  /** Places as `pickElements` of `@assay/documents` writes them. */
  readonly paths: readonly string[];
  /** Takes the value found at one of `paths`; `index` is its place in the list. Gives the components in it. */
  take(path: string, index: number | undefined, value: unknown): readonly SbomComponent[];
  /** True once the document has said that it is of this format. */
  readonly isRecognised: boolean;
  /** Checks what can only be known at the end. Throws `scanner.sbom-version-unknown`. */
  finish(): Omit<SbomDocument, 'componentCount' | 'warnings'>;
}
