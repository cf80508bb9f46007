import { pickElements } from '@assay/documents';
import { hexOf, type Digest } from '@assay/kernel';
import type { SigningKey } from '../keys/signing-key.js';
import { IN_TOTO_PAYLOAD_TYPE, signEnvelope } from './dsse.js';
import { encodeEnvelope } from './envelope-encoding.js';
import { REFERENCE_TYPE, statementOf, type DocumentKind } from './statement.js';

/** What a receipt says of a document: the statement's kind follows from that and from the document itself. */
export type ReceivedKind = 'sbom' | 'report';

/** A document as it was received. `bytes` are null above `PREDICATE_MAX_BYTES`. */
export interface ReceivedDocument {
  readonly kind: ReceivedKind;
  /** What it was to its request: `sbom`, `trivy_report`, … */
  readonly role: string;
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Buffer | null;
}

/** A signed statement, its envelope as the JSON that is stored. */
export interface Attested {
  readonly predicateType: string;
  readonly envelope: Buffer;
}

/** Which SBOM format a top-level member gives away. SPDX 3 names itself only by its JSON-LD context. */
const formats: readonly { readonly path: string; readonly value: RegExp; readonly kind: DocumentKind }[] = [
  { path: 'bomFormat', value: /^CycloneDX$/, kind: 'cyclonedx' },
  { path: 'spdxVersion', value: /^SPDX-/, kind: 'spdx' },
  { path: '@context', value: /^https:\/\/spdx\.org\/rdf\//, kind: 'spdx' },
];

/** Predicate types of statements that attest a document received as this kind, whatever its format turns out to be. */
const servedBy: Readonly<Record<ReceivedKind, readonly RegExp[]>> = {
  sbom: [/cyclonedx/, /spdx/, /\/document\/v1$/],
  report: [/\/scan-report\/v1$/],
};

/** True if a statement of this type says what an attestation of such a document would say, so that it need not be made again. */
export function serves(kind: ReceivedKind, predicateType: string): boolean {
  return predicateType === REFERENCE_TYPE || servedBy[kind].some((pattern) => pattern.test(predicateType));
}

/** Signs the statement about a document. */
export async function attest(document: ReceivedDocument, key: SigningKey): Promise<Attested> {
  const { bytes, digest, mediaType, role } = document;
  const kind = document.kind === 'report' ? 'scan-report' : await sbomKindOf(bytes);
  const { predicateType, pieces } = statementOf({
    kind,
    name: role,
    digest,
    mediaType,
    location: nameOf(digest),
    bytes,
  });
  const envelope = signEnvelope(IN_TOTO_PAYLOAD_TYPE, pieces, key);
  return { predicateType, envelope: Buffer.concat([...encodeEnvelope(envelope)]) };
}

/** The format of an SBOM, recognised by its content. What is no JSON is named, not carried, and needs no format. */
async function sbomKindOf(bytes: Buffer | null): Promise<DocumentKind> {
  if (bytes === null) return 'document';
  try {
    const paths = formats.map(({ path }) => path);
    for await (const { path, value } of pickElements(once(bytes), paths)) {
      const format = formats.find((each) => each.path === path && typeof value === 'string' && each.value.test(value));
      if (format !== undefined) return format.kind;
    }
  } catch {
    // The scanner says what is wrong with the document; here it is only unknown.
  }
  return 'document';
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Where the document can be had: its digest as a URI (RFC 6920 §3), good wherever documents are kept by their digest. */
function nameOf(digest: Digest): string {
  return `ni:///sha-256;${Buffer.from(hexOf(digest), 'hex').toString('base64url')}`;
}
