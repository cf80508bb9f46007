import { HASH_BYTES, hashNode, type Hash } from './merkle.js';

/** An entry, by its leaf hash, and the log that is said to hold it. */
export interface InclusionClaim {
  readonly index: number;
  readonly leafHash: Hash;
  readonly size: number;
  readonly root: Hash;
}

/** Two states of what is said to be one log. */
export interface ConsistencyClaim {
  readonly oldSize: number;
  readonly oldRoot: Hash;
  readonly newSize: number;
  readonly newRoot: Hash;
}

/**
 * True if the proof shows that the log holds the entry. Follows RFC 9162 §2.1.3.2, which walks up with two counters and
 * shares nothing with the recursion that makes the proofs.
 */
export function verifyInclusion(claim: InclusionClaim, proof: readonly Hash[]): boolean {
  if (!wellFormed(proof, claim.leafHash) || !(claim.index >= 0 && claim.index < claim.size)) return false;
  let position = claim.index;
  let last = claim.size - 1;
  let joined = claim.leafHash;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (position % 2 === 1 || position === last) {
      joined = hashNode(sibling, joined);
      [position, last] = climbToRightChild(position, last);
    } else {
      joined = hashNode(joined, sibling);
    }
    position = Math.floor(position / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && joined.equals(claim.root);
}

/** True if the proof shows that the new log begins with all entries of the old one. Follows RFC 9162 §2.1.4.2. */
export function verifyConsistency(claim: ConsistencyClaim, proof: readonly Hash[]): boolean {
  const { oldSize, oldRoot, newSize, newRoot } = claim;
  if (!wellFormed(proof, oldRoot) || !(oldSize >= 0 && oldSize <= newSize)) return false;
  if (oldSize === newSize) return proof.length === 0 && oldRoot.equals(newRoot);
  if (oldSize === 0) return proof.length === 0;

  // An old log that is one complete subtree is its own first step; the proof leaves it out.
  const [first, ...steps] = isPowerOfTwo(oldSize) ? [oldRoot, ...proof] : proof;
  if (first === undefined) return false;
  let position = oldSize - 1;
  let last = newSize - 1;
  while (position % 2 === 1) {
    position = (position - 1) / 2;
    last = Math.floor(last / 2);
  }
  let oldJoined = first;
  let newJoined = first;
  for (const step of steps) {
    if (last === 0) return false;
    if (position % 2 === 1 || position === last) {
      oldJoined = hashNode(step, oldJoined);
      newJoined = hashNode(step, newJoined);
      [position, last] = climbToRightChild(position, last);
    } else {
      newJoined = hashNode(newJoined, step);
    }
    position = Math.floor(position / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && oldJoined.equals(oldRoot) && newJoined.equals(newRoot);
}

/** Proofs come from outside: what is not 32 bytes long would shift the fields of a node. */
function wellFormed(proof: readonly Hash[], start: Hash): boolean {
  return start.length === HASH_BYTES && proof.every((hash) => hash.length === HASH_BYTES);
}

/** A node at the right edge may stand alone on several levels: climb to where it is a right child, or the first. */
function climbToRightChild(position: number, last: number): [number, number] {
  while (position % 2 === 0 && position !== 0) {
    position /= 2;
    last = Math.floor(last / 2);
  }
  return [position, last];
}

function isPowerOfTwo(value: number): boolean {
  while (value % 2 === 0) value /= 2;
  return value === 1;
}
