import { AssayError } from '@assay/kernel';
import type { AuditErrorCode } from '../audit.errors.js';
import { HASH_BYTES, hashNode, joinFromRight, type Hash } from './merkle.js';
import type { Node } from './tree-coordinates.js';

/**
 * What has to be known of a log to append to it: its size and the roots of the complete subtrees it consists of, largest
 * first, one for each bit set in the size. (Also called a compact range.) At most 53 hashes.
 */
export interface Frontier {
  readonly size: number;
  readonly hashes: readonly Hash[];
}

/** A subtree that became complete, with its root. */
export interface CompletedNode extends Node {
  readonly hash: Hash;
}

/** The frontier of a log without entries. */
export const emptyFrontier: Frontier = { size: 0, hashes: [] };

/**
 * Appends leaves; k of them cost k + log n hashes. `completed` are the subtrees above the leaves that became complete, in
 * the order in which they did: their hashes are final, so a store may insert them and need never touch them again.
 */
export function append(
  frontier: Frontier,
  leafHashes: Iterable<Hash>,
): { readonly frontier: Frontier; readonly completed: CompletedNode[] } {
  const hashes = [...frontier.hashes];
  const completed: CompletedNode[] = [];
  let size = frontier.size;
  for (const leafHash of leafHashes) {
    let joined = leafHash;
    let index = size;
    // Adding one to the size carries over its trailing ones: each carry joins two subtrees of equal height.
    for (let level = 1; index % 2 === 1; level++) {
      joined = hashNode(hashes.pop()!, joined);
      index = (index - 1) / 2;
      completed.push({ level, index, hash: joined });
    }
    hashes.push(joined);
    size += 1;
  }
  return { frontier: { size, hashes }, completed };
}

/** The root hash of the log (RFC 6962 §2.1). */
export function rootOf(frontier: Frontier): Hash {
  return joinFromRight(frontier.hashes);
}

/** The hashes of a frontier, one after the other, 32 bytes each: what a store keeps beside the size. */
export function encodeFrontier(frontier: Frontier): Buffer {
  return Buffer.concat(frontier.hashes);
}

/**
 * The frontier of a log of `size` entries from its stored hashes.
 * @throws AssayError `audit.hashes-missing` if there are not as many hashes as the size has bits set
 */
export function decodeFrontier(size: number, bytes: Buffer): Frontier {
  const count = bitsSet(size);
  if (bytes.length !== count * HASH_BYTES) {
    const message = `A log of ${size} entries has a frontier of ${count} hashes, but ${bytes.length} bytes are stored.`;
    throw new AssayError<AuditErrorCode>('bug', 'audit.hashes-missing', message);
  }
  const hashes = Array.from({ length: count }, (_, i) => bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
  return { size, hashes };
}

function bitsSet(size: number): number {
  let count = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}
