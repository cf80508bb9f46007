import { hexOf, type Digest } from '@assay/kernel';
import { PREDICATE_MAX_BYTES } from '../limits.js';
import { isJsonObject } from './json-syntax.js';

/** What is attested, as far as it decides the predicate type. */
export type DocumentKind = 'cyclonedx' | 'spdx' | 'openvex' | 'csaf' | 'scan-report' | 'document';

/** A document to be attested. `bytes` are those that the digest was computed from. */
export interface AttestedDocument {
  readonly kind: DocumentKind;
  readonly name: string;
  readonly digest: Digest;
  readonly mediaType: string;
  /** Where the document can be fetched, as a URI. */
  readonly location: string;
  /** Null if the document is larger than `PREDICATE_MAX_BYTES` and was not read for that reason. */
  readonly bytes: Buffer | null;
}

/** An in-toto statement as bytes, in pieces: the document stays the one copy that the caller holds. */
export interface EncodedStatement {
  readonly predicateType: string;
  readonly pieces: readonly Buffer[];
}

/** `_type` of in-toto Attestation Framework v1. */
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';

/** Predicate type of a statement that names a document instead of carrying it (in-toto "Reference" v0.1). */
export const REFERENCE_TYPE = 'https://in-toto.io/attestation/reference/v0.1';

const ATTESTER_ID = 'https://assay.dev/signer/v1';

/** The types of others where they exist, in the spelling that cosign's `--type` stands for; our own elsewhere. */
const predicateTypes: Readonly<Record<DocumentKind, string>> = {
  cyclonedx: 'https://cyclonedx.org/bom',
  spdx: 'https://spdx.dev/Document',
  openvex: 'https://openvex.dev/ns',
  csaf: 'https://assay.dev/attestation/csaf/v1',
  'scan-report': 'https://assay.dev/attestation/scan-report/v1',
  document: 'https://assay.dev/attestation/document/v1',
};

/**
 * The statement about a document. The predicate is the document itself, byte for byte, if it is one JSON object of at most
 * `PREDICATE_MAX_BYTES`; XML, text and larger documents are named by digest and location.
 */
export function statementOf(document: AttestedDocument): EncodedStatement {
  const { bytes, digest, name } = document;
  const embedded = bytes !== null && bytes.length <= PREDICATE_MAX_BYTES && isJsonObject(bytes);
  const predicateType = embedded ? predicateTypes[document.kind] : REFERENCE_TYPE;
  const head = JSON.stringify({
    _type: STATEMENT_TYPE,
    subject: [{ name, digest: { sha256: hexOf(digest) } }],
    predicateType,
  });
  const predicate = embedded ? bytes : Buffer.from(JSON.stringify(referenceTo(document)));
  return { predicateType, pieces: [Buffer.from(`${head.slice(0, -1)},"predicate":`), predicate, Buffer.from('}')] };
}

function referenceTo({ digest, location, mediaType }: AttestedDocument): object {
  const reference = { downloadLocation: location, digest: { sha256: hexOf(digest) }, mediaType };
  return { attester: { id: ATTESTER_ID }, references: [reference] };
}
