import { hash } from 'node:crypto';
import { type SignalSeverity, signalSeverities, type SignalStatus, signalStatuses } from '@assay/contracts';
import { plainText } from './plain-value.js';
import { cut } from './signal-context.js';

/** How the fields of a signal are limited (`wire/santamon.md` §2.1), in characters and entries. */
export const fieldLengths = {
  signal_id: 256,
  host_id: 255,
  rule_id: 64,
  rule_description: 2_000,
  title: 512,
  ts: 64,
  tag: 64,
  tags: 50,
} as const;

/** Hexadecimal digits of the hash that ends a shortened id: two ids stay two. */
const hashDigits = 16;

/** Reads the fields of one signal and makes of each what can be kept, noting which had to be changed for it. */
export class SignalFields {
  /** The names of the fields that were shortened or replaced, as the sender calls them. */
  readonly mended: string[] = [];

  /**
   * @param values the signal
   * @param isUnplain whether texts may hold what can't be kept
   * @param isUtf8 false if the bytes were no UTF-8, so that U+FFFD stands for some of them
   */
  constructor(
    private readonly values: Readonly<Record<string, unknown>>,
    private readonly isUnplain: boolean,
    private readonly isUtf8: boolean,
  ) {}

  /** A text that says which one; one that is too long ends in a hash of the whole. Null for none: no signal without. */
  identity(name: 'signal_id' | 'host_id' | 'rule_id'): string | null {
    const text = this.text(name);
    if (text === null || text.trim() === '') return null;
    const maxLength = fieldLengths[name];
    if (text.length <= maxLength || Array.from(text).length <= maxLength) return text;
    this.mend(name);
    const digits = hash('sha256', text, 'hex').slice(0, hashDigits);
    return `${cut(text, maxLength - hashDigits)}${digits}`;
  }

  /** A text, cut where it is too long; null where there is none. */
  words(name: 'rule_description' | 'title' | 'ts'): string | null {
    const text = this.text(name);
    const kept = text === null ? null : cut(text, fieldLengths[name]);
    if (kept !== text) this.mend(name);
    return kept;
  }

  status(): SignalStatus {
    return this.oneOf('status', signalStatuses, this.values['status'] === undefined) ?? 'open';
  }

  /** In whatever case it is written; any other word is `unknown`. */
  severity(): SignalSeverity {
    return this.oneOf('severity', signalSeverities, false) ?? 'unknown';
  }

  /** Null is what the agent sends for none. */
  tags(): string[] {
    const given = this.values['tags'];
    if (given == null) return [];
    const list: readonly unknown[] = Array.isArray(given) ? given : [given];
    const tags = list
      .slice(0, fieldLengths.tags)
      .filter((tag) => typeof tag === 'string' || typeof tag === 'number')
      .map((tag) => cut(this.plain('tags', String(tag)), fieldLengths.tag));
    const isAsCame = list === given && tags.length === list.length && tags.every((tag, index) => tag === list[index]);
    if (!isAsCame) this.mend('tags');
    return tags;
  }

  mend(name: string): void {
    if (!this.mended.includes(name)) this.mended.push(name);
  }

  private oneOf<Word extends string>(name: string, words: readonly Word[], isOptional: boolean): Word | undefined {
    const given = this.values[name];
    const folded = typeof given === 'string' ? given.trim().toLowerCase() : null;
    const word = words.find((each) => each === folded);
    if (word === undefined && !isOptional) this.mend(name);
    return word;
  }

  private text(name: string): string | null {
    const given = this.values[name];
    if (typeof given === 'string') return this.plain(name, given);
    if (given == null) return null;
    this.mend(name);
    return typeof given === 'number' ? String(given) : null;
  }

  private plain(name: string, text: string): string {
    if (!this.isUtf8 && text.includes('\uFFFD')) this.mend(name);
    if (!this.isUnplain) return text;
    const plain = plainText(text);
    if (plain !== text) this.mend(name);
    return plain;
  }
}
