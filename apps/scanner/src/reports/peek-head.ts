/** The beginning of a stream, and the whole stream as if nobody had looked. */
export interface Peeked {
  readonly head: Uint8Array;
  readonly source: AsyncIterable<Uint8Array>;
  /** Ends the source, for whoever has seen enough. */
  close(): Promise<void>;
}

/** Reads chunks until there are `minBytes` or the stream ends. */
export async function peekHead(source: AsyncIterable<Uint8Array>, minBytes: number): Promise<Peeked> {
  const iterator = source[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (length < minBytes) {
    const next = await iterator.next();
    if (next.done === true) break;
    // The source may use its buffer again.
    chunks.push(next.value.slice());
    length += next.value.length;
  }
  return {
    head: Buffer.concat(chunks),
    source: rejoin(chunks, iterator),
    close: async () => void (await iterator.return?.()),
  };
}

/** True if a document that begins so is an array. */
export function beginsArray(head: Uint8Array): boolean {
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('utf8');
  return /^\uFEFF?\s*\[/.test(text);
}

async function* rejoin(chunks: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
