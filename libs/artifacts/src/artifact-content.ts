import { digestOf, type Digest } from '@assay/kernel';

/** Bytes whose digest and size are known and that can be read as often as needed, until they are disposed of. */
export interface ArtifactContent {
  readonly digest: Digest;
  /** In bytes. */
  readonly size: number;
  /** The bytes from the start, as a stream. */
  content(): AsyncIterable<Uint8Array>;
}

/** Bytes in memory as content. */
export function contentOf(bytes: Uint8Array): ArtifactContent {
  return {
    digest: digestOf(bytes),
    size: bytes.length,
    async *content() {
      if (bytes.length > 0) yield bytes;
    },
  };
}
