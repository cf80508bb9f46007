import { createHash } from 'node:crypto';
import type { Digest } from '@assay/kernel';
import { tampered } from './artifacts.errors.js';

/**
 * The chunks, whose digest is checked while they pass. The last is held back until the digest has proved right: who
 * forgets that a stream may fail at its end gets a document that is cut short, never a whole one that was changed.
 * Throws `artifacts.tampered`.
 */
export async function* verified(chunks: AsyncIterable<Uint8Array>, digest: Digest): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let size = 0;
  let heldBack: Uint8Array | undefined;
  for await (const chunk of chunks) {
    hash.update(chunk);
    size += chunk.length;
    if (heldBack !== undefined) yield heldBack;
    heldBack = chunk;
  }
  const actual: Digest = `sha256:${hash.digest('hex')}`;
  if (actual !== digest) throw tampered(digest, actual, size);
  if (heldBack !== undefined) yield heldBack;
}
