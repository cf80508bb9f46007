import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createGunzip, gunzipSync } from 'node:zlib';

/** The folder of this service. */
export const scannerRoot = fileURLToPath(new URL('../../', import.meta.url));
const fixtures = `${scannerRoot}test/fixtures/`;

/** The bytes of a file below `test/fixtures`, unpacked if its name ends in `.gz`, in chunks as a socket would bring them. */
export function fixtureBytes(path: string): AsyncIterable<Uint8Array> {
  return bytesOf(fixtures + path);
}

/** The bytes of any file, unpacked if its name ends in `.gz`. */
export function bytesOf(file: string): AsyncIterable<Uint8Array> {
  const stream = createReadStream(file);
  return file.endsWith('.gz') ? stream.pipe(createGunzip()) : stream;
}

/** The text of a file below `test/fixtures`. */
export function fixtureText(path: string): string {
  const bytes = readFileSync(fixtures + path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

/** The JSON documents of a file of lines below `test/fixtures`. */
export function fixtureLines<T>(path: string): T[] {
  return fixtureText(path)
    .split('\n')
    .filter((line) => line !== '')
    .map((line): T => JSON.parse(line));
}

/** The names of the files in a folder below `test/fixtures`, but for the note on their source. */
export function fixtureNames(folder: string): string[] {
  return readdirSync(fixtures + folder).filter((name) => name !== 'SOURCE.md');
}

/** A document made in the test, as one chunk or in chunks of `chunkBytes`. */
export async function* documentBytes(
  document: unknown,
  chunkBytes = Number.MAX_SAFE_INTEGER,
): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}
