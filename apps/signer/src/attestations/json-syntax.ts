import { isUtf8 } from 'node:buffer';

/** Deepest nesting that is followed. The gateway refuses documents deeper than 64; this bounds the recursion. */
const MAX_DEPTH = 128;

/**
 * True if the bytes are exactly one JSON object (RFC 8259) in UTF-8, nothing before or after it but white space. Makes no
 * copy and no object: a document that is put into a statement as it is has to be proved well-formed, or it could close its
 * place and write members of the statement itself.
 */
export function isJsonObject(bytes: Uint8Array): boolean {
  return isUtf8(bytes) && new Scanner(bytes).isOneObject();
}

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openObject, closeObject, openArray, closeArray] = [0x7b, 0x7d, 0x5b, 0x5d];
const [minus, plus, point, zero, nine] = [0x2d, 0x2b, 0x2e, 0x30, 0x39];
const whiteSpace = new Set(Buffer.from(' \t\n\r'));
const escapes = new Set(Buffer.from('"\\/bfnrt'));
const hexadecimal = new Set(Buffer.from('0123456789abcdefABCDEF'));
const literals = ['true', 'false', 'null'].map((word) => Buffer.from(word));

/** Each method moves `at` behind what it reads, and answers false where the grammar ends. */
class Scanner {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  isOneObject(): boolean {
    this.skipSpace();
    if (this.bytes[this.at] !== openObject || !this.value(1)) return false;
    this.skipSpace();
    return this.at === this.bytes.length;
  }

  private value(depth: number): boolean {
    if (depth > MAX_DEPTH) return false;
    this.skipSpace();
    const first = this.bytes[this.at];
    if (first === quote) return this.string();
    if (first === openObject) return this.list(closeObject, () => this.member(depth + 1));
    if (first === openArray) return this.list(closeArray, () => this.value(depth + 1));
    return this.number() || literals.some((word) => this.literal(word));
  }

  private list(close: number, item: () => boolean): boolean {
    this.at += 1;
    this.skipSpace();
    if (this.take(close)) return true;
    do {
      if (!item()) return false;
      this.skipSpace();
    } while (this.take(comma));
    return this.take(close);
  }

  private member(depth: number): boolean {
    this.skipSpace();
    if (this.bytes[this.at] !== quote || !this.string()) return false;
    this.skipSpace();
    return this.take(colon) && this.value(depth);
  }

  private string(): boolean {
    const { bytes } = this;
    for (let at = this.at + 1; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (byte === quote) {
        this.at = at + 1;
        return true;
      }
      if (byte < 0x20) return false;
      if (byte !== backslash) continue;
      at += 1;
      if (escapes.has(bytes[at] ?? 0)) continue;
      if (bytes[at] !== 0x75 || !bytes.subarray(at + 1, at + 5).every((digit) => hexadecimal.has(digit))) return false;
      at += 4;
    }
    return false;
  }

  /** A number changes nothing unless it is complete, so that a literal can be tried in its place. */
  private number(): boolean {
    const start = this.at;
    this.take(minus);
    if ((this.take(zero) || this.digits()) && this.fraction() && this.exponent()) return true;
    this.at = start;
    return false;
  }

  private fraction(): boolean {
    return !this.take(point) || this.digits();
  }

  private exponent(): boolean {
    if (!this.take(0x65) && !this.take(0x45)) return true;
    if (!this.take(plus)) this.take(minus);
    return this.digits();
  }

  private digits(): boolean {
    const start = this.at;
    while (this.bytes[this.at]! >= zero && this.bytes[this.at]! <= nine) this.at += 1;
    return this.at > start;
  }

  private literal(word: Buffer): boolean {
    if (!word.equals(this.bytes.subarray(this.at, this.at + word.length))) return false;
    this.at += word.length;
    return true;
  }

  private take(byte: number): boolean {
    if (this.bytes[this.at] !== byte) return false;
    this.at += 1;
    return true;
  }

  private skipSpace(): void {
    while (whiteSpace.has(this.bytes[this.at] ?? 0)) this.at += 1;
  }
}
