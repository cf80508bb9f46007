import { payloadErasedV1 } from '@assay/contracts';
import type { Checkpoint } from './checkpoint.js';
import { encodeEntry, payloadDigestOf, type LogEntry, type Payload } from './entry.js';
import { append, emptyFrontier, rootOf, type Frontier } from './frontier.js';
import { EMPTY_ROOT, HASH_BYTES, hashLeaf, type Hash } from './merkle.js';

/** An entry as a store gives it back. The payload is null once it has been erased. */
export interface StoredEntry {
  readonly index: number;
  readonly entry: LogEntry;
  readonly leafHash: Hash;
  readonly payload: Payload | null;
}

/**
 * What is wrong with an entry: `payload` is not what the leaf commits to; `leaf` is not what the stored hash says; `order`:
 * an entry stands twice or too late; `missing`: it is gone; `root`: entry and stored hash were changed together, which only
 * the signed root gives away; `erasure`: its payload is gone, and no later entry says that it was erased.
 */
export type Difference = 'payload' | 'leaf' | 'order' | 'missing' | 'root' | 'erasure';

/** The outcome for a whole log. `uncovered` entries are newer than the last checkpoint: in form, but not yet proved. */
export type LogVerification =
  | { readonly intact: true; readonly size: number; readonly erased: number; readonly uncovered: number }
  | {
      readonly intact: false;
      /** The first altered entry. */
      readonly index: number;
      /** Equal to `index`, but for `root`: then the first altered entry is one of `index` to `lastIndex`. */
      readonly lastIndex: number;
      readonly differs: Difference;
      readonly message: string;
    };

type Alteration = Extract<LogVerification, { intact: false }>;

/**
 * Recomputes a log from its entries, in their order, and holds it against checkpoints whose signatures are already
 * verified (`openCheckpoint`); the largest covers the log. The others are optional: the more there
 * are, the closer an alteration of kind `root` is located. Needs memory for two frontiers only.
 */
export async function verifyLog(
  entries: Iterable<StoredEntry> | AsyncIterable<StoredEntry>,
  checkpoints: readonly Checkpoint[],
): Promise<LogVerification> {
  const log = new LogReplay(checkpoints);
  for await (const stored of entries) {
    const alteration = log.add(stored);
    if (alteration !== null) return alteration;
  }
  return log.end();
}

/**
 * The log as it is rebuilt. It keeps two trees that are one until something is found: over what the entries hash to, and
 * over the stored hashes. As long as a checkpoint fits one of them, that one is authentic up to there, and so the first
 * entry on which the other disagrees is the first that was altered.
 */
class LogReplay {
  private byEntry: Frontier = emptyFrontier;
  private byHash: Frontier = emptyFrontier;
  private suspicion: Alteration | null = null;
  private erased = 0;
  /** Entries without a payload of which no erasure is recorded yet, in their order. */
  private readonly unrecorded = new Set<number>();
  private proved = 0;
  private next = 0;

  private readonly checkpoints: readonly Checkpoint[];

  constructor(checkpoints: readonly Checkpoint[]) {
    this.checkpoints = checkpoints.toSorted((a, b) => a.size - b.size);
  }

  add(stored: StoredEntry): Alteration | null {
    const size = this.byEntry.size;
    const empty = this.checkAgainstCheckpoints();
    if (empty !== null) return empty;
    if (stored.index !== size) return this.suspicion ?? outOfOrder(size, stored.index);
    const leafHash = leafHashOf(stored.entry);
    this.noteErasure(stored);
    this.suspicion ??= difference(stored, leafHash);
    this.grow(leafHash, stored.leafHash.length === HASH_BYTES ? stored.leafHash : EMPTY_ROOT);
    return this.checkAgainstCheckpoints();
  }

  end(): LogVerification {
    const size = this.byEntry.size;
    const covered = this.checkpoints.at(-1)?.size ?? 0;
    const alteration = this.checkAgainstCheckpoints() ?? this.suspicion;
    if (alteration !== null) return alteration;
    if (size < covered) return altered('missing', size, `The log ends at ${size} of ${covered} entries.`);
    const [gone] = this.unrecorded;
    if (gone !== undefined) {
      return altered('erasure', gone, `The payload of entry ${gone} is gone, and no erasure of it is recorded.`);
    }
    return { intact: true, size, erased: this.erased, uncovered: size - this.proved };
  }

  /** Only an erasure that the log itself records is one on purpose; its leaf names the entry, whatever is erased later. */
  private noteErasure({ index, entry, payload }: StoredEntry): void {
    if (payload === null) {
      this.erased += 1;
      this.unrecorded.add(index);
    }
    if (entry.type === payloadErasedV1.type) this.unrecorded.delete(Number(entry.subject));
  }

  private grow(leafHash: Hash, storedHash: Hash): void {
    const together = this.byEntry === this.byHash && leafHash.equals(storedHash);
    const byEntry = append(this.byEntry, [leafHash]).frontier;
    this.byHash = together ? byEntry : append(this.byHash, [storedHash]).frontier;
    this.byEntry = byEntry;
  }

  /** Judges every checkpoint of the present size. */
  private checkAgainstCheckpoints(): Alteration | null {
    const size = this.byEntry.size;
    for (; this.checkpoints[this.next]?.size === size; this.next++) {
      const { root } = this.checkpoints[this.next]!;
      if (!rootOf(this.byEntry).equals(root) && !rootOf(this.byHash).equals(root)) return this.rootDiffers();
      if (this.suspicion !== null) return this.suspicion;
      this.proved = size;
    }
    return null;
  }

  private rootDiffers(): Alteration {
    const size = this.byEntry.size;
    const since = this.proved === 0 ? 'from the beginning' : `since the checkpoint of ${this.proved}`;
    const hint = this.suspicion === null ? '' : ` ${this.suspicion.message}`;
    const message = `The entries ${since} do not give the signed root at ${size} entries.${hint}`;
    const first = Math.min(this.proved, Math.max(0, size - 1));
    return { ...altered('root', first, message), lastIndex: Math.max(first, size - 1) };
  }
}

/** What the entry hashes to; a value that no leaf has if it was altered beyond what can be encoded. */
function leafHashOf(entry: LogEntry): Hash {
  try {
    return hashLeaf(encodeEntry(entry));
  } catch {
    return EMPTY_ROOT;
  }
}

function difference({ index, entry, leafHash, payload }: StoredEntry, computed: Hash): Alteration | null {
  if (!computed.equals(leafHash)) return altered('leaf', index, `Entry ${index} is not what its leaf hash says.`);
  if (payload === null || payloadDigestOf(payload) === entry.payloadDigest) return null;
  return altered('payload', index, `The payload of entry ${index} is not the one that was recorded.`);
}

function outOfOrder(expected: number, found: number): Alteration {
  if (found > expected) return altered('missing', expected, `Entry ${expected} is missing: ${found} follows instead.`);
  return altered('order', expected, `Where entry ${expected} belongs stands entry ${found}.`);
}

function altered(differs: Difference, index: number, message: string): Alteration {
  return { intact: false, index, lastIndex: index, differs, message };
}
