import type { VersionOrder } from './version-order.js';

/**
 * Alpine packages, as `apk_version_compare` of apk-tools orders them: tokens are read from both versions in step, and the
 * kind of token is part of the comparison. Where the kinds differ the lower one is newer, so what apk cannot read comes last.
 */
const kind = {
  digitOrZero: 0,
  digit: 1,
  letter: 2,
  suffix: 3,
  suffixNumber: 4,
  revision: 5,
  end: 6,
  letterAfterDot: 7,
  invalid: 8,
} as const;
type Kind = (typeof kind)[keyof typeof kind];

/** Suffixes by weight; those before a release are negative, no suffix at all is 0. */
const suffixes: readonly (readonly [string, bigint])[] = [
  ['alpha', -4n],
  ['beta', -3n],
  ['pre', -2n],
  ['rc', -1n],
  ['cvs', 0n],
  ['svn', 1n],
  ['git', 2n],
  ['hg', 3n],
  ['p', 4n],
];

export const alpineOrder: VersionOrder = {
  isVersion: (text) => /^\d/.test(text),
  compare(a, b) {
    const [left, right] = [new Tokens(a), new Tokens(b)];
    let [leftValue, rightValue] = [0n, 0n];
    while (left.kind === right.kind && !left.isOver && leftValue === rightValue) {
      leftValue = left.next();
      rightValue = right.next();
    }
    if (leftValue !== rightValue) return leftValue < rightValue ? -1 : 1;
    if (left.kind === right.kind) return 0;
    if (left.isPreRelease) return -1;
    if (right.isPreRelease) return 1;
    return right.kind - left.kind;
  },
};

class Tokens {
  kind: Kind = kind.digit;
  #rest: string;

  constructor(version: string) {
    this.#rest = version;
  }

  get isOver(): boolean {
    return this.kind === kind.end || this.kind === kind.invalid;
  }

  /** True if what comes next makes the version older than it would be without. */
  get isPreRelease(): boolean {
    if (this.kind !== kind.suffix) return false;
    const found = suffixes.find(([name]) => this.#rest.startsWith(name));
    return found === undefined || found[1] < 0n;
  }

  /** The value of the token at hand; afterwards `kind` is that of the one behind it. */
  next(): bigint {
    if (this.#rest === '') return this.#finish(kind.end, 0n);
    if (this.kind === kind.digitOrZero && this.#rest.startsWith('0')) {
      const zeros = /^0+/.exec(this.#rest)![0].length;
      this.#rest = this.#rest.slice(zeros);
      this.kind = this.#rest === '' ? kind.end : kind.digit;
      return BigInt(-zeros);
    }
    if (this.kind === kind.letter || this.kind === kind.letterAfterDot)
      return this.#take(1, BigInt(this.#rest.charCodeAt(0)));
    if (this.kind !== kind.suffix) {
      const digits = /^[0-9]*/.exec(this.#rest)![0];
      return this.#take(digits.length, BigInt(digits === '' ? '0' : digits));
    }
    const suffix = suffixes.find(([name]) => this.#rest.startsWith(name));
    if (suffix === undefined) return this.#finish(kind.invalid, -1n);
    return this.#take(suffix[0].length, suffix[1]);
  }

  #take(length: number, value: bigint): bigint {
    this.#rest = this.#rest.slice(length);
    if (this.#rest === '') return this.#finish(kind.end, value);
    const following = this.#following();
    const mayGoBack =
      (following === kind.digitOrZero && this.kind === kind.digit) ||
      (following === kind.suffix && this.kind === kind.suffixNumber) ||
      (following === kind.digit && (this.kind === kind.letter || this.kind === kind.letterAfterDot));
    this.kind = following < this.kind && !mayGoBack ? kind.invalid : following;
    return value;
  }

  #finish(last: Kind, value: bigint): bigint {
    this.kind = last;
    return value;
  }

  #following(): Kind {
    const character = this.#rest[0]!;
    if ((this.kind === kind.digit || this.kind === kind.digitOrZero) && /[a-z]/.test(character)) return kind.letter;
    const afterLetter = this.kind === kind.letter || this.kind === kind.letterAfterDot;
    if (afterLetter && /[0-9]/.test(character)) return kind.digit;
    if (this.kind === kind.suffix && /[0-9]/.test(character)) return kind.suffixNumber;
    if (/^\.[a-z]/.test(this.#rest)) return this.#skip(1, kind.letterAfterDot);
    if (character === '.') return this.#skip(1, kind.digitOrZero);
    if (character === '_') return this.#skip(1, kind.suffix);
    if (/^-r(?![a-z])/.test(this.#rest)) return this.#skip(2, kind.revision);
    return this.#skip(1, kind.invalid);
  }

  #skip(length: number, following: Kind): Kind {
    this.#rest = this.#rest.slice(length);
    return following;
  }
}
