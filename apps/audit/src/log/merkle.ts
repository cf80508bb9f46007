import { hash } from 'node:crypto';

/** A SHA-256 value of the tree: 32 bytes. */
export type Hash = Buffer;

/** Bytes of one hash. */
export const HASH_BYTES = 32;

/** The root of a log without entries: SHA-256 of nothing (RFC 6962 §2.1). */
export const EMPTY_ROOT: Hash = hash('sha256', '', 'buffer');

/** The hash of a leaf: `SHA-256(0x00 || entry)` (RFC 6962 §2.1). The prefix keeps a leaf from passing as a node. */
export function hashLeaf(entry: Uint8Array): Hash {
  const prefixed = Buffer.allocUnsafe(1 + entry.byteLength);
  prefixed[0] = 0x00;
  prefixed.set(entry, 1);
  return hash('sha256', prefixed, 'buffer');
}

/** The hash of an inner node: `SHA-256(0x01 || left || right)` (RFC 6962 §2.1). */
export function hashNode(left: Uint8Array, right: Uint8Array): Hash {
  const prefixed = Buffer.allocUnsafe(1 + 2 * HASH_BYTES);
  prefixed[0] = 0x01;
  prefixed.set(left, 1);
  prefixed.set(right, 1 + HASH_BYTES);
  return hash('sha256', prefixed, 'buffer');
}

/**
 * The root over neighbouring subtrees whose sizes fall from left to right, as in a frontier: the two rightmost are joined
 * first (RFC 6962 §2.1 splits at the largest power of two). Without hashes it is the empty root.
 */
export function joinFromRight(hashes: readonly Hash[]): Hash {
  let joined = hashes.at(-1);
  if (joined === undefined) return EMPTY_ROOT;
  for (let i = hashes.length - 2; i >= 0; i--) joined = hashNode(hashes[i]!, joined);
  return joined;
}
