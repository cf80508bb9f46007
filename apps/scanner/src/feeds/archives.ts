import type { Readable } from 'node:stream';
import { extract } from 'tar-stream';
import yauzl from 'yauzl';

/** One file of an archive. It must be read to its end before the next one is asked for. */
export interface ArchiveEntry {
  readonly name: string;
  readonly content: AsyncIterable<Uint8Array>;
}

const isRecord = (name: string): boolean => /\.json$/i.test(name);

/** The JSON files of a zip archive, one after the other; only the directory of the archive is held in memory, entry by entry. */
export async function* zipEntries(file: string): AsyncGenerator<ArchiveEntry> {
  const zip = await yauzl.openPromise(file, { lazyEntries: true, autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) {
      if (isRecord(entry.fileName)) yield { name: entry.fileName, content: await zip.openReadStreamPromise(entry) };
    }
  } finally {
    zip.close();
  }
}

/** The JSON files of a tar archive (POSIX pax), as they stream by. */
export async function* tarEntries(bytes: Readable): AsyncGenerator<ArchiveEntry> {
  const unpacker = extract();
  // A broken source has to end the reading side too; the other way round it does so by itself.
  bytes.once('error', (error) => unpacker.destroy(error));
  for await (const entry of bytes.pipe(unpacker)) {
    if (entry.header.type === 'file' && isRecord(entry.header.name))
      yield { name: entry.header.name, content: bytesIn(entry) };
    else entry.resume();
  }
}

async function* bytesIn(entry: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const chunk of entry) if (chunk instanceof Uint8Array) yield chunk;
}
