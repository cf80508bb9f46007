import {
  type ArtifactRef,
  type DataOf,
  type DocumentRef,
  type documentReceivedV1,
  type EventOf,
  sbomReader,
} from '@assay/contracts';
import { newId, type Uuid } from '@assay/kernel';
import { refuse } from '../scanner.errors.js';

export type ReceivedDocument = DataOf<typeof documentReceivedV1>;

/** The role of a document in a bundle that case-engine reads and nobody else. */
const exclusionsRole = 'exclusions';

/** A document and how it is to be read. */
export interface DocumentToRead {
  readonly document: ArtifactRef;
  /** Who reads it: `sbomReader`, the tool whose report it is, or the empty text for whichever tool recognises it. */
  readonly reader: string;
  /** False for dialects that take any JSON object for a report without findings. */
  readonly mustBeRecognised: boolean;
}

/** One document of one receipt, to be scanned. */
export interface ScanWork extends DocumentToRead {
  readonly scanId: Uuid;
  readonly received: ReceivedDocument;
  /** The event that brought it: what is said of the scan carries its actor, receipt and trace on. */
  readonly because: EventOf<typeof documentReceivedV1>;
}

/**
 * What there is to do for a receipt, in the order of its documents. Nothing for statements on vulnerabilities.
 * @throws AssayError `scanner.nothing-to-scan` (invalid) for a bundle without any document that somebody reads
 */
export function worksOf(event: EventOf<typeof documentReceivedV1>): ScanWork[] {
  const received = event.data;
  if (received.kind === 'vex') return [];
  const works = received.documents.flatMap((document): ScanWork[] => {
    const { digest, size, mediaType } = document;
    const reader = readerOf(received, document);
    if (reader === null) return [];
    const how = { reader, mustBeRecognised: received.dialect === 'native' };
    return [{ scanId: newId(), received, because: event, document: { digest, size, mediaType }, ...how }];
  });
  if (works.length === 0) throw refuse('scanner.nothing-to-scan', '$.documents', 'has no document that can be read');
  return works;
}

/** The file of exceptions that came with a run; null if there is none. */
export function exclusionsOf({ documents }: ReceivedDocument): ArtifactRef | null {
  const found = documents.find(({ role, reader }) => role === exclusionsRole && reader === null);
  return found === undefined ? null : { digest: found.digest, size: found.size, mediaType: found.mediaType };
}

function readerOf({ kind, tool }: ReceivedDocument, { reader }: DocumentRef): string | null {
  if (kind === 'bundle') return reader ?? null;
  return kind === 'sbom' ? sbomReader : (tool ?? '');
}
