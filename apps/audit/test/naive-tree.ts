import { createHash } from 'node:crypto';
import type { Hash } from '../src/log/merkle.js';
import type { HashReader } from '../src/log/tree-coordinates.js';

const sha256 = (...parts: Uint8Array[]): Buffer =>
  parts.reduce((h, part) => h.update(part), createHash('sha256')).digest();

/** RFC 6962 §2.1 word for word: the Merkle tree hash of a list, by recursion over slices. The oracle of the tests. */
export function naiveRoot(leaves: readonly Uint8Array[]): Hash {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return sha256(Buffer.of(0), leaves[0]!);
  const k = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return sha256(Buffer.of(1), naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)));
}

/** `PATH(m, D[n])` of RFC 6962 §2.1.1. */
export function naivePath(m: number, leaves: readonly Uint8Array[]): Hash[] {
  if (leaves.length === 1) return [];
  const k = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return m < k
    ? [...naivePath(m, leaves.slice(0, k)), naiveRoot(leaves.slice(k))]
    : [...naivePath(m - k, leaves.slice(k)), naiveRoot(leaves.slice(0, k))];
}

/** `SUBPROOF(m, D[n], whole)` of RFC 6962 §2.1.2. */
export function naiveConsistency(m: number, leaves: readonly Uint8Array[], whole = true): Hash[] {
  if (m === leaves.length) return whole ? [] : [naiveRoot(leaves)];
  const k = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
  return m <= k
    ? [...naiveConsistency(m, leaves.slice(0, k), whole), naiveRoot(leaves.slice(k))]
    : [...naiveConsistency(m - k, leaves.slice(k), false), naiveRoot(leaves.slice(0, k))];
}

/** A store of all subtree hashes of these leaves that counts how often it is asked. */
export function naiveReader(leaves: readonly Uint8Array[]): HashReader & { readonly calls: () => number } {
  let calls = 0;
  const read: HashReader = async (nodes) => {
    calls += 1;
    return nodes.map(({ level, index }) => {
      const part = leaves.slice(index * 2 ** level, (index + 1) * 2 ** level);
      if (part.length !== 2 ** level) throw new Error(`subtree ${index} of height ${level} is not complete`);
      return naiveRoot(part);
    });
  };
  return Object.assign(read, { calls: () => calls });
}

/** Leaves that differ: the numbers from 0, as text. */
export function numberedLeaves(count: number): Buffer[] {
  return Array.from({ length: count }, (_, i) => Buffer.from(`entry ${i}`));
}
