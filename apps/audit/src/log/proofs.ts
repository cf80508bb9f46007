import { AssayError } from '@assay/kernel';
import type { AuditErrorCode } from '../audit.errors.js';
import { joinFromRight, type Hash } from './merkle.js';
import { nodesOf, splitPoint, type HashReader, type LeafRange } from './tree-coordinates.js';

/**
 * Proof that the entry at `index` is in the log of `size` entries: the siblings on its way to the root, lowest first
 * (`PATH(index, D[size])`, RFC 6962 §2.1.1). Asks the reader once.
 * @throws AssayError `audit.range-outside-log` unless 0 <= index < size
 */
export async function proveInclusion(index: number, size: number, read: HashReader): Promise<Hash[]> {
  if (!isCount(index) || !isCount(size) || index >= size) throw outside(`There is no entry ${index} in ${size}.`);
  return readRanges(inclusionRanges(index, { start: 0, end: size }), read);
}

/**
 * Proof that the log of `newSize` entries begins with the log of `oldSize` entries (`PROOF(oldSize, D[newSize])`, RFC 6962
 * §2.1.2). It is empty for equal sizes and for the empty log, which is the beginning of every log. Asks the reader once.
 * @throws AssayError `audit.range-outside-log` unless 0 <= oldSize <= newSize
 */
export async function proveConsistency(oldSize: number, newSize: number, read: HashReader): Promise<Hash[]> {
  if (!isCount(oldSize) || !isCount(newSize) || oldSize > newSize) {
    throw outside(`A log of ${oldSize} entries cannot grow into one of ${newSize}.`);
  }
  if (oldSize === 0 || oldSize === newSize) return [];
  return readRanges(consistencyRanges(oldSize, { start: 0, end: newSize }, true), read);
}

function inclusionRanges(index: number, tree: LeafRange): LeafRange[] {
  if (tree.end - tree.start === 1) return [];
  const middle = tree.start + splitPoint(tree.end - tree.start);
  const left = { start: tree.start, end: middle };
  const right = { start: middle, end: tree.end };
  return index < middle ? [...inclusionRanges(index, left), right] : [...inclusionRanges(index, right), left];
}

/** `whole` says that the old log is this very subtree so far, so that the verifier knows its root already. */
function consistencyRanges(oldSize: number, tree: LeafRange, whole: boolean): LeafRange[] {
  if (oldSize === tree.end) return whole ? [] : [tree];
  const middle = tree.start + splitPoint(tree.end - tree.start);
  const left = { start: tree.start, end: middle };
  const right = { start: middle, end: tree.end };
  return oldSize <= middle
    ? [...consistencyRanges(oldSize, left, whole), right]
    : [...consistencyRanges(oldSize, right, false), left];
}

/** The root of each range. Ranges at the right edge of the log consist of several complete subtrees. */
async function readRanges(ranges: readonly LeafRange[], read: HashReader): Promise<Hash[]> {
  const nodes = ranges.map(nodesOf);
  const wanted = nodes.flat();
  const hashes = wanted.length === 0 ? [] : await read(wanted);
  if (hashes.length !== wanted.length) {
    const message = `The store gave ${hashes.length} of the ${wanted.length} hashes of a proof.`;
    throw new AssayError<AuditErrorCode>('bug', 'audit.hashes-missing', message);
  }
  let next = 0;
  return nodes.map((part) => joinFromRight(hashes.slice(next, (next += part.length))));
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function outside(message: string): AssayError<AuditErrorCode> {
  return new AssayError('invalid', 'audit.range-outside-log', message);
}
