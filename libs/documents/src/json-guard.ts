import { refuse } from './documents.errors.js';
import {
  Byte,
  isDigit,
  isHexDigit,
  isSimpleEscape,
  isSpace,
  literals,
  plainInString,
  utf8Leads,
} from './json-bytes.js';
import { continueNumber, mayEndNumber, NumberState, startNumber } from './json-number.js';
import { jsonLimits, type JsonLimits } from './limits.js';

/**
 * Hears where values begin and end, at shallow depths only, so that the rest of a document costs one comparison per
 * token. Offsets count bytes from the start of the source, a byte order mark included.
 */
export interface StructureListener {
  /** Keys and values are told while at most this many containers are open. Read again after each call. */
  readonly watchedDepth: number;
  /** A value begins at `offset` with `firstByte`, inside `depth` open containers. */
  valueStarts(offset: number, depth: number, firstByte: number): void;
  /** The value that began inside `depth` containers has ended before `offset`. */
  valueEnds(offset: number, depth: number): void;
  /** A member's name begins at `offset`, its opening quote. */
  keyStarts(offset: number, depth: number): void;
  /** The name has ended before `offset`. */
  keyEnds(offset: number, depth: number): void;
}

/** What the next byte may be. */
const enum State {
  Start,
  ByteOrderMark,
  Value,
  ValueOrEnd,
  Key,
  KeyOrEnd,
  Colon,
  CommaOrEnd,
  Done,
  String,
  Continuation,
  Escape,
  Hex,
  Literal,
  Number,
}

const byteOrderMark = [0xef, 0xbb, 0xbf];
const noLiteral = new Uint8Array();

/**
 * Checks that bytes are one JSON document (RFC 8259) in valid UTF-8 within the limits, while they arrive in chunks of any
 * size. It keeps a few numbers and one byte per open container, never the bytes, and allocates nothing per token.
 *
 * It accepts what `JSON.parse` accepts, and a UTF-8 byte order mark before it. Duplicate names in an object are
 * allowed and counted; readers take the last one, as `JSON.parse` does. `\u0000` and lone surrogates as escapes are
 * allowed by the grammar: whoever stores text in a place that can't hold them has to deal with them.
 *
 * Throws `AssayError('invalid', …)` with one of `DocumentErrorCode`; after that the guard is of no further use.
 */
export class JsonGuard {
  private state: State = State.Start;
  private depth = 0;
  /** Bytes before the current chunk. */
  private base = 0;
  private readonly isObject: Uint8Array;
  private readonly keyCounts: Uint32Array;
  private inKey = false;
  private stringStart = 0;
  /** Continuation bytes, hexadecimal digits, or bytes of the byte order mark or literal that are still to come. */
  private pending = 0;
  private continuationFrom = 0x80;
  private continuationTo = 0xbf;
  private literal: Uint8Array = noLiteral;
  private number = NumberState.Minus;

  constructor(
    private readonly limits: JsonLimits = jsonLimits,
    private readonly listener?: StructureListener,
  ) {
    this.isObject = new Uint8Array(limits.maxDepth + 1);
    this.keyCounts = new Uint32Array(limits.maxDepth + 1);
  }

  /** How many bytes have been checked. */
  get bytesRead(): number {
    return this.base;
  }

  /** Checks the next bytes. The chunk is not kept. */
  write(chunk: Uint8Array): void {
    const { maxDocumentBytes } = this.limits;
    if (this.base + chunk.length > maxDocumentBytes) {
      throw refuse('documents.too-large', `The document is larger than ${maxDocumentBytes} bytes.`);
    }
    let at = 0;
    while (at < chunk.length) at = this.advance(chunk, at);
    if (this.state === State.String) this.checkStringLength(this.base + chunk.length);
    this.base += chunk.length;
  }

  /** Says that no more bytes will come. */
  end(): void {
    if (this.state === State.Number && mayEndNumber(this.number)) this.endValue(this.base);
    if (this.state === State.Done) return;
    const nothing = this.depth === 0 && (this.state === State.Start || this.state === State.Value);
    if (nothing) throw refuse('documents.empty', 'The document is empty.');
    throw refuse('documents.truncated', `The document ends in the middle of the JSON, after byte ${this.base}.`);
  }

  /** Reads at least one byte, or changes the state; returns where to go on. */
  private advance(chunk: Uint8Array, at: number): number {
    switch (this.state) {
      case State.String:
        return this.readString(chunk, at);
      case State.Continuation:
        return this.readContinuation(chunk[at]!, at);
      case State.Escape:
        return this.readEscape(chunk[at]!, at);
      case State.Hex:
        return this.readHex(chunk[at]!, at);
      case State.Literal:
        return this.readLiteral(chunk[at]!, at);
      case State.Number:
        return this.readNumber(chunk, at);
      case State.Start:
      case State.ByteOrderMark:
        return this.readStart(chunk[at]!, at);
      default:
        return this.readStructure(chunk, at);
    }
  }

  private readStart(byte: number, at: number): number {
    if (this.state === State.ByteOrderMark) {
      if (byte !== byteOrderMark[byteOrderMark.length - this.pending]) throw this.unexpected(byte, at);
      if (--this.pending === 0) this.state = State.Value;
      return at + 1;
    }
    if (byte === 0xfe || byte === 0xff)
      throw this.notUtf8(at, 'it begins with the byte order mark of UTF-16 or UTF-32');
    this.state = State.Value;
    if (byte !== byteOrderMark[0]) return at;
    this.state = State.ByteOrderMark;
    this.pending = byteOrderMark.length - 1;
    return at + 1;
  }

  private readStructure(chunk: Uint8Array, from: number): number {
    let at = from;
    while (at < chunk.length && isSpace(chunk[at]!)) at++;
    if (at === chunk.length) return at;
    const byte = chunk[at]!;
    switch (this.state) {
      case State.Colon:
        if (byte !== Byte.colon) throw this.unexpected(byte, at);
        this.state = State.Value;
        return at + 1;
      case State.CommaOrEnd:
        if (byte !== Byte.comma) return this.closeContainer(byte, at);
        this.state = this.isObject[this.depth] === 1 ? State.Key : State.Value;
        return at + 1;
      case State.KeyOrEnd:
      case State.Key:
        if (byte === Byte.quote) return this.startKey(at);
        if (this.state === State.Key) throw this.unexpected(byte, at);
        return this.closeContainer(byte, at);
      case State.ValueOrEnd:
        return byte === Byte.closeBracket ? this.closeContainer(byte, at) : this.startValue(byte, at);
      case State.Done:
        throw refuse('documents.syntax', `Something follows the JSON document at byte ${this.base + at}.`);
      default:
        return this.startValue(byte, at);
    }
  }

  private startKey(at: number): number {
    const count = ++this.keyCounts[this.depth]!;
    if (count > this.limits.maxKeysPerObject) {
      const where = `byte ${this.base + at}`;
      throw refuse(
        'documents.too-wide',
        `An object has more than ${this.limits.maxKeysPerObject} members at ${where}.`,
      );
    }
    this.inKey = true;
    this.startString(at);
    if (this.isWatched()) this.listener!.keyStarts(this.base + at, this.depth);
    return at + 1;
  }

  private startValue(byte: number, at: number): number {
    if (this.isWatched()) this.listener!.valueStarts(this.base + at, this.depth, byte);
    if (byte === Byte.quote) {
      this.inKey = false;
      this.startString(at);
    } else if (byte === Byte.openBrace || byte === Byte.openBracket) {
      this.openContainer(byte, at);
    } else if (byte === Byte.minus || isDigit(byte)) {
      this.number = startNumber(byte);
      this.state = State.Number;
    } else {
      this.startLiteral(byte, at);
    }
    return at + 1;
  }

  private startString(at: number): void {
    this.stringStart = this.base + at + 1;
    this.state = State.String;
  }

  private startLiteral(byte: number, at: number): void {
    const literal = literals.get(byte);
    if (literal === undefined) throw this.unexpected(byte, at);
    this.literal = literal;
    this.pending = literal.length - 1;
    this.state = State.Literal;
  }

  private openContainer(byte: number, at: number): void {
    if (this.depth === this.limits.maxDepth) {
      const where = `byte ${this.base + at}`;
      throw refuse('documents.too-deep', `The document nests deeper than ${this.limits.maxDepth} levels at ${where}.`);
    }
    this.depth++;
    const isObject = byte === Byte.openBrace;
    this.isObject[this.depth] = isObject ? 1 : 0;
    this.keyCounts[this.depth] = 0;
    this.state = isObject ? State.KeyOrEnd : State.ValueOrEnd;
  }

  private closeContainer(byte: number, at: number): number {
    const closing = this.isObject[this.depth] === 1 ? Byte.closeBrace : Byte.closeBracket;
    if (byte !== closing) throw this.unexpected(byte, at);
    this.depth--;
    this.endValue(this.base + at + 1);
    return at + 1;
  }

  private endValue(offset: number): void {
    this.state = this.depth === 0 ? State.Done : State.CommaOrEnd;
    if (this.isWatched()) this.listener!.valueEnds(offset, this.depth);
  }

  private isWatched(): boolean {
    return this.listener !== undefined && this.depth <= this.listener.watchedDepth;
  }

  private readString(chunk: Uint8Array, from: number): number {
    let at = from;
    while (at < chunk.length && plainInString[chunk[at]!] === 1) at++;
    if (at === chunk.length) return at;
    const byte = chunk[at]!;
    if (byte === Byte.quote) return this.endString(at);
    if (byte === Byte.backslash) {
      this.state = State.Escape;
    } else if (byte < Byte.space) {
      throw this.unexpected(byte, at);
    } else {
      const lead = utf8Leads[byte];
      if (lead === undefined) throw this.notUtf8(at);
      this.pending = lead.continuations;
      this.continuationFrom = lead.from;
      this.continuationTo = lead.to;
      this.state = State.Continuation;
    }
    return at + 1;
  }

  private endString(at: number): number {
    this.checkStringLength(this.base + at);
    if (this.inKey) {
      this.state = State.Colon;
      if (this.isWatched()) this.listener!.keyEnds(this.base + at + 1, this.depth);
    } else {
      this.endValue(this.base + at + 1);
    }
    return at + 1;
  }

  private checkStringLength(end: number): void {
    const { maxStringBytes } = this.limits;
    if (end - this.stringStart <= maxStringBytes) return;
    const where = `byte ${this.stringStart}`;
    throw refuse('documents.string-too-long', `The string at ${where} is longer than ${maxStringBytes} bytes.`);
  }

  private readContinuation(byte: number, at: number): number {
    if (byte < this.continuationFrom || byte > this.continuationTo) throw this.notUtf8(at);
    this.continuationFrom = 0x80;
    this.continuationTo = 0xbf;
    if (--this.pending === 0) this.state = State.String;
    return at + 1;
  }

  private readEscape(byte: number, at: number): number {
    if (byte === 0x75) {
      this.pending = 4;
      this.state = State.Hex;
    } else if (isSimpleEscape(byte)) {
      this.state = State.String;
    } else {
      throw this.unexpected(byte, at);
    }
    return at + 1;
  }

  private readHex(byte: number, at: number): number {
    if (!isHexDigit(byte)) throw this.unexpected(byte, at);
    if (--this.pending === 0) this.state = State.String;
    return at + 1;
  }

  private readLiteral(byte: number, at: number): number {
    if (byte !== this.literal[this.literal.length - this.pending]) throw this.unexpected(byte, at);
    if (--this.pending === 0) this.endValue(this.base + at + 1);
    return at + 1;
  }

  private readNumber(chunk: Uint8Array, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const next = continueNumber(this.number, chunk[at]!);
      if (next === NumberState.Over) {
        if (!mayEndNumber(this.number)) throw this.unexpected(chunk[at]!, at);
        this.endValue(this.base + at);
        return at;
      }
      this.number = next;
    }
    return chunk.length;
  }

  private unexpected(byte: number, at: number): Error {
    const offset = this.base + at;
    if (byte === 0 && offset < 4) return this.notUtf8(at, 'it looks like UTF-16 or UTF-32');
    const startsNonFinite = byte === 0x4e || byte === 0x49;
    if (startsNonFinite && (this.state === State.Number || this.state <= State.ValueOrEnd)) {
      return refuse('documents.syntax', `JSON has no NaN and no Infinity; there is one at byte ${offset}.`);
    }
    const shown =
      byte > 0x20 && byte < 0x7f ? `"${String.fromCharCode(byte)}"` : `0x${byte.toString(16).padStart(2, '0')}`;
    return refuse('documents.syntax', `The document is not valid JSON: unexpected ${shown} at byte ${offset}.`);
  }

  private notUtf8(at: number, why = 'its bytes are not valid UTF-8'): Error {
    return refuse('documents.encoding', `JSON must be UTF-8, but ${why} (byte ${this.base + at}).`);
  }
}
