/** The beginning of a stream as text, and the whole stream as if nobody had looked. */
export interface Peeked {
  readonly head: string;
  readonly source: AsyncIterable<Uint8Array>;
}

/** Reads chunks until there are `minBytes` or the stream ends. The text may end in the middle of a character. */
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
  return { head: Buffer.concat(chunks).toString('utf8'), source: rejoin(chunks, iterator) };
}

async function* rejoin(chunks: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
