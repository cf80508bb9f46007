import type { Hash } from './merkle.js';

/**
 * A complete subtree: the root over the leaves `[index * 2^level, (index + 1) * 2^level)`. Level 0 are the leaf hashes.
 * Such a hash never changes once its last leaf is there, which is why stores and proofs speak only of these.
 */
export interface Node {
  readonly level: number;
  readonly index: number;
}

/** Neighbouring leaves, `end` exclusive. */
export interface LeafRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Gives the hash of each node asked for, in the order asked. One call is one read of the store: callers collect all they
 * need first.
 */
export type HashReader = (nodes: readonly Node[]) => Promise<readonly Hash[]>;

/** The largest power of two that is smaller than `count` (at least 2): where RFC 6962 §2.1 splits a tree. */
export function splitPoint(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

/**
 * The complete subtrees that make up a range, left to right, sizes falling. The range must start at a multiple of the
 * smallest power of two not below its length, as every subtree of RFC 6962 does.
 */
export function nodesOf({ start, end }: LeafRange): Node[] {
  const nodes: Node[] = [];
  for (let at = start; at < end;) {
    let level = 0;
    let width = 1;
    while (at + width * 2 <= end) {
      width *= 2;
      level += 1;
    }
    nodes.push({ level, index: at / width });
    at += width;
  }
  return nodes;
}

/** How many complete subtrees of height `level` a log of `size` entries has. */
export function nodesAt(level: number, size: number): number {
  return Math.floor(size / 2 ** level);
}
