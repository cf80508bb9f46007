import { type DataOf, type documentReceivedV1, sbomReader } from '@assay/contracts';

type Received = DataOf<typeof documentReceivedV1>;

/**
 * What a receipt says of a document: the statement's type follows from that and from the document itself.
 * `as-cyclonedx` is a document that its auditors look for under CycloneDX's type, see `receivedKindOf`.
 */
export type ReceivedKind = 'sbom' | 'report' | 'as-cyclonedx' | 'vex' | 'document';

/**
 * What a document is attested as. In a bundle its reader says it, and what nobody reads is a document like any other.
 *
 * PatchHound attests SBOM and Trivy report alike with cosign's `--type cyclonedx`, and its auditors verify both with that
 * option: `cosign verify-blob-attestation --type cyclonedx` refuses any other type. So both carry the type that
 * they ask for when they came through its dialect; the same bytes received natively are attested as what they are.
 */
export function receivedKindOf(
  { kind, dialect }: Pick<Received, 'kind' | 'dialect'>,
  { role, reader }: Pick<Received['documents'][number], 'role' | 'reader'>,
): ReceivedKind {
  if (kind === 'sbom' || kind === 'vex') return kind;
  if (kind === 'report') return 'report';
  if (dialect === 'patchhound' && (role === 'sbom' || role === 'trivy_report')) return 'as-cyclonedx';
  if (reader === sbomReader) return 'sbom';
  return reader === null || reader === undefined ? 'document' : 'report';
}
