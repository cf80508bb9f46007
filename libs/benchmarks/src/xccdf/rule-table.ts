import { hash } from 'node:crypto';
import type { RuleStatus } from '@assay/contracts';
import { statusesByWeight } from '../rule-status.js';

const firstCapacity = 1024;
const statusMask = 0b111;

/** What a reader has handed on of a rule. */
const given = { text: 0b0_1000, result: 0b1_0000 } as const;

/** Plain data of a table, fit for another thread. */
export interface RuleTableData {
  /** 53 bits of the digest of each ref, at its place; 0 where there is none. */
  readonly keys: Float64Array<ArrayBuffer>;
  /** The place of its status in `statusesByWeight`, plus one, and what was handed on. */
  readonly marks: Uint8Array<ArrayBuffer>;
}

/**
 * The status of each rule of a scan, in some 20 bytes a rule whatever its name: documents with a million rules are read
 * in flat memory. Two names share a place only if 53 bits of their SHA-256 are alike; among a million, in one of 20,000 documents.
 */
export class RuleTable {
  #keys: Float64Array<ArrayBuffer>;
  #marks: Uint8Array<ArrayBuffer>;
  #size = 0;

  constructor(data: RuleTableData = emptyData(firstCapacity)) {
    this.#keys = data.keys;
    // A copy: each reader hands on everything once.
    this.#marks = data.marks.slice();
  }

  get size(): number {
    return this.#size;
  }

  get data(): RuleTableData {
    return { keys: this.#keys, marks: this.#marks };
  }

  /** The rule's status so far. */
  statusOf(ref: string): RuleStatus | undefined {
    return statusesByWeight[(this.#marks[this.#placeOf(keyOf(ref))]! & statusMask) - 1];
  }

  set(ref: string, status: RuleStatus): void {
    if (this.#size * 2 >= this.#keys.length) this.#grow();
    const key = keyOf(ref);
    const place = this.#placeOf(key);
    if (this.#keys[place] === 0) this.#size++;
    this.#keys[place] = key;
    this.#marks[place] = statusesByWeight.indexOf(status) + 1;
  }

  /** True the first time for a rule that is in the table. */
  takeText(ref: string): boolean {
    return this.#take(ref, given.text);
  }

  /** True the first time that this status, which is the one that counts, comes for a rule that is in the table. */
  takeResult(ref: string, status: RuleStatus): boolean {
    return this.statusOf(ref) === status && this.#take(ref, given.result);
  }

  #take(ref: string, mark: number): boolean {
    const place = this.#placeOf(keyOf(ref));
    const marks = this.#marks[place]!;
    if (marks === 0 || (marks & mark) !== 0) return false;
    this.#marks[place] = marks | mark;
    return true;
  }

  /** Where the key is, or where it would go. */
  #placeOf(key: number): number {
    const mask = this.#keys.length - 1;
    let place = key & mask;
    while (this.#keys[place] !== 0 && this.#keys[place] !== key) place = (place + 1) & mask;
    return place;
  }

  #grow(): void {
    const [keys, marks] = [this.#keys, this.#marks];
    const { keys: newKeys, marks: newMarks } = emptyData(keys.length * 2);
    this.#keys = newKeys;
    this.#marks = newMarks;
    for (const [from, key] of keys.entries()) {
      if (key === 0) continue;
      const place = this.#placeOf(key);
      newKeys[place] = key;
      newMarks[place] = marks[from]!;
    }
  }
}

function emptyData(capacity: number): RuleTableData {
  return { keys: new Float64Array(capacity), marks: new Uint8Array(capacity) };
}

function keyOf(ref: string): number {
  const digest = hash('sha256', ref, 'buffer');
  return digest.readUInt32BE(0) * 2 ** 21 + (digest.readUInt32BE(4) >>> 11) || 1;
}
