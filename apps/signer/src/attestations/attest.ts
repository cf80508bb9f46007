import type { KeyObject } from 'node:crypto';
import { pickElements } from '@assay/documents';
import { hexOf, type Digest } from '@assay/kernel';
import { signBytes, verifyBytes } from '../keys/detached-signature.js';
import type { SigningKey } from '../keys/signing-key.js';
import { IN_TOTO_PAYLOAD_TYPE, signEnvelope } from './dsse.js';
import { decodeEnvelope } from './envelope-decoding.js';
import { encodeEnvelope } from './envelope-encoding.js';
import type { ReceivedKind } from './received-kind.js';
import { REFERENCE_TYPE, statementOf, type DocumentKind } from './statement.js';
import { verifyEnvelope } from './verify-envelope.js';

/** A document as it was received. `bytes` are null above `PREDICATE_MAX_BYTES`. */
export interface ReceivedDocument {
  readonly kind: ReceivedKind;
  /** What it was to its request: `sbom`, `trivy_report`, … */
  readonly role: string;
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Buffer | null;
}

/** A signed statement, its envelope as the JSON that is stored, verified with the public key that auditors get. */
export interface Attested {
  readonly predicateType: string;
  readonly envelope: Buffer;
  /** Over the envelope's JSON, ASN.1 DER: made once, so that everybody is handed the same. */
  readonly envelopeSignature: Buffer;
  /** Null if it was verified. */
  readonly failure: AttestFailure | null;
}

/** Why an attestation did not pass as soon as it was made. */
export interface AttestFailure {
  readonly check: 'attestation' | 'signature';
  readonly message: string;
}

/** Which format a top-level member gives away. SPDX 3 and OpenVEX name themselves only by their JSON-LD context. */
const formats: readonly { readonly path: string; readonly value: RegExp; readonly kind: DocumentKind }[] = [
  { path: 'bomFormat', value: /^CycloneDX$/, kind: 'cyclonedx' },
  { path: 'spdxVersion', value: /^SPDX-/, kind: 'spdx' },
  { path: '@context', value: /^https:\/\/spdx\.org\/rdf\//, kind: 'spdx' },
  { path: '@context', value: /^https:\/\/openvex\.dev\/ns/, kind: 'openvex' },
  { path: 'document.csaf_version', value: /^\d/, kind: 'csaf' },
];

/** What a document received as this kind may turn out to be, by its content; else it is the last. */
const formatsOf: Readonly<Record<ReceivedKind, readonly [...DocumentKind[], DocumentKind]>> = {
  sbom: ['cyclonedx', 'spdx', 'document'],
  vex: ['openvex', 'csaf', 'cyclonedx', 'document'],
  report: ['scan-report'],
  'as-cyclonedx': ['cyclonedx'],
  document: ['document'],
};

/** Predicate types of statements that attest a document received as this kind, whatever its format turns out to be. */
const servedBy: Readonly<Record<ReceivedKind, readonly RegExp[]>> = {
  sbom: [/cyclonedx/, /spdx/, /\/document\/v1$/],
  vex: [/openvex/, /\/csaf\/v1$/, /cyclonedx/, /\/document\/v1$/],
  report: [/\/scan-report\/v1$/],
  'as-cyclonedx': [/cyclonedx/],
  document: [/\/document\/v1$/],
};

/** True if a statement of this type says what an attestation of such a document would say, so that it need not be made again. */
export function serves(kind: ReceivedKind, predicateType: string): boolean {
  return predicateType === REFERENCE_TYPE || servedBy[kind].some((pattern) => pattern.test(predicateType));
}

/** Signs the statement about a document, then its envelope, and verifies both with the public key as it is handed out. */
export async function attest(document: ReceivedDocument, key: SigningKey, handedOut: KeyObject): Promise<Attested> {
  const { bytes, digest, mediaType, role } = document;
  const kind = await formatOf(bytes, formatsOf[document.kind]);
  const { predicateType, pieces } = statementOf({
    kind,
    name: role,
    digest,
    mediaType,
    location: nameOf(digest),
    bytes,
  });
  const envelope = Buffer.concat([...encodeEnvelope(signEnvelope(IN_TOTO_PAYLOAD_TYPE, pieces, key))]);
  const envelopeSignature = signBytes(envelope, key);
  const failure = verifyAttested({ envelope, envelopeSignature, predicateType }, digest, handedOut);
  return { predicateType, envelope, envelopeSignature, failure };
}

/** Reads the envelope as whoever it is handed to would, from its JSON. */
function verifyAttested(
  { envelope, envelopeSignature, predicateType }: Omit<Attested, 'failure'>,
  digest: Digest,
  publicKey: KeyObject,
): AttestFailure | null {
  if (!verifyBytes(envelope, envelopeSignature, publicKey)) {
    return {
      check: 'signature',
      message: 'The signature over the envelope is not that of the public key that is handed out.',
    };
  }
  const outcome = verifyEnvelope(decodeEnvelope(envelope), publicKey, { digest, predicateType });
  return outcome.verified ? null : { check: 'attestation', message: outcome.message };
}

/** The format of a document, recognised by its content. What is no JSON is named, not carried, and needs no format. */
async function formatOf(
  bytes: Buffer | null,
  kinds: readonly [...DocumentKind[], DocumentKind],
): Promise<DocumentKind> {
  const otherwise = kinds.at(-1)!;
  const possible = formats.filter(({ kind }) => kinds.includes(kind));
  if (bytes === null || kinds.length === 1) return otherwise;
  try {
    const paths = [...new Set(possible.map(({ path }) => path))];
    for await (const { path, value } of pickElements(once(bytes), paths)) {
      const format = possible.find((each) => each.path === path && typeof value === 'string' && each.value.test(value));
      if (format !== undefined) return format.kind;
    }
  } catch {
    // The scanner says what is wrong with the document; here it is only unknown.
  }
  return otherwise;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Where the document can be had: its digest as a URI (RFC 6920 §3), good wherever documents are kept by their digest. */
function nameOf(digest: Digest): string {
  return `ni:///sha-256;${Buffer.from(hexOf(digest), 'hex').toString('base64url')}`;
}
