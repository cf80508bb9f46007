import { invalid } from '../ingest-gateway.errors.js';

/** One signal of a batch, as it stands there. */
export interface BatchItem {
  readonly bytes: Buffer;
  /** True if it was longer than a signal may be: `bytes` are its beginning. */
  readonly isTooLong: boolean;
}

/** Finds the signals in the bytes of a batch, which come in chunks of any size. */
export interface SignalSplitter {
  /** The signals that end within the chunk. @throws AssayError `signals.malformed-batch` */
  write(chunk: Buffer): BatchItem[];
  /** What is left at the end. @throws AssayError `signals.malformed-batch` where the batch ends early */
  end(): BatchItem[];
}

const [lineFeed, quote, comma, backslash] = [0x0a, 0x22, 0x2c, 0x5c];
const [openBracket, closeBracket, openBrace, closeBrace] = [0x5b, 0x5d, 0x7b, 0x7d];
const byteOrderMark = [0xef, 0xbb, 0xbf];

/** Tells a JSON array from lines by its first byte. */
export class BatchSplitter implements SignalSplitter {
  private splitter: SignalSplitter | null = null;

  constructor(private readonly maxItemBytes: number) {}

  write(chunk: Buffer): BatchItem[] {
    if (this.splitter !== null) return this.splitter.write(chunk);
    const start = chunk.findIndex((byte) => !isBlank(byte) && !byteOrderMark.includes(byte));
    if (start === -1) return [];
    const first = chunk[start];
    if (first !== openBracket && first !== openBrace) throw neither();
    if (first === openBrace) this.splitter = new LineSplitter(this.maxItemBytes);
    else this.splitter = new ArraySplitter(this.maxItemBytes);
    return this.splitter.write(chunk.subarray(first === openBrace ? start : start + 1));
  }

  end(): BatchItem[] {
    if (this.splitter === null) throw neither();
    return this.splitter.end();
  }
}

/** Collects the bytes of one signal, of which the beginning and the end may come in different chunks. */
class Item {
  private pieces: Buffer[] = [];
  private size = 0;

  constructor(private readonly maxBytes: number) {}

  add(piece: Buffer): void {
    if (piece.length === 0) return;
    if (this.size < this.maxBytes) this.pieces.push(piece.subarray(0, this.maxBytes - this.size));
    this.size += piece.length;
  }

  /** The signal, and nothing in its place; null if there are only blanks. */
  take(): BatchItem | null {
    const { pieces, size } = this;
    this.pieces = [];
    this.size = 0;
    const bytes = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
    const isTooLong = size > this.maxBytes;
    return isTooLong || bytes.some((byte) => !isBlank(byte)) ? { bytes, isTooLong } : null;
  }
}

/** A line each (NDJSON). A broken one ends where it ends. */
class LineSplitter implements SignalSplitter {
  private readonly item: Item;

  constructor(maxItemBytes: number) {
    this.item = new Item(maxItemBytes);
  }

  write(chunk: Buffer): BatchItem[] {
    const items: BatchItem[] = [];
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      this.item.add(chunk.subarray(start, end));
      const item = this.item.take();
      if (item !== null) items.push(item);
      start = end + 1;
    }
    this.item.add(chunk.subarray(start));
    return items;
  }

  end(): BatchItem[] {
    const item = this.item.take();
    return item === null ? [] : [item];
  }
}

/**
 * The elements of a JSON array, found by their brackets and commas alone: what is wrong within one is for its reader, and
 * the next is found all the same.
 */
class ArraySplitter implements SignalSplitter {
  private readonly item: Item;
  private depth = 0;
  private inText = false;
  private isEscaped = false;
  private isClosed = false;
  private seen = 0;

  constructor(maxItemBytes: number) {
    this.item = new Item(maxItemBytes);
  }

  write(chunk: Buffer): BatchItem[] {
    const items: BatchItem[] = [];
    if (this.isClosed) return this.afterEnd(items, chunk);
    let start = 0;
    let { depth, inText, isEscaped } = this;
    for (let index = 0; index < chunk.length; index += 1) {
      const byte = chunk[index]!;
      if (inText) {
        if (isEscaped) isEscaped = false;
        else if (byte === backslash) isEscaped = true;
        else if (byte === quote) inText = false;
      } else if (byte === quote) inText = true;
      else if (byte === openBrace || byte === openBracket) depth += 1;
      else if (depth > 0) {
        if (byte === closeBrace || byte === closeBracket) depth -= 1;
      } else if (byte === comma || byte === closeBracket) {
        this.item.add(chunk.subarray(start, index));
        start = index + 1;
        this.finish(items, byte === closeBracket);
        if (byte === closeBracket) return this.afterEnd(items, chunk.subarray(start));
      }
    }
    this.item.add(chunk.subarray(start));
    this.depth = depth;
    this.inText = inText;
    this.isEscaped = isEscaped;
    return items;
  }

  end(): BatchItem[] {
    if (!this.isClosed) throw invalid('signals.malformed-batch', 'The array of signals ends early.');
    return [];
  }

  /** Between two commas there is an element, if only a wrong one; between the brackets there may be none. */
  private finish(items: BatchItem[], isLast: boolean): void {
    const item = this.item.take();
    if (item !== null) items.push(item);
    else if (!isLast || this.seen > 0) items.push({ bytes: Buffer.alloc(0), isTooLong: false });
    this.seen += 1;
  }

  private afterEnd(items: BatchItem[], rest: Buffer): BatchItem[] {
    this.isClosed = true;
    if (rest.some((byte) => !isBlank(byte))) {
      throw invalid('signals.malformed-batch', 'Something follows the array of signals.');
    }
    return items;
  }
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === lineFeed || byte === 0x0d || byte === 0x09;
}

function neither(): Error {
  return invalid('signals.malformed-batch', 'A batch is a JSON array of signals, or a line of JSON for each.');
}
