import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** The bytes of a file of this repository, unpacked if it is kept packed. */
export function fixtureOf(path: string): Buffer {
  const bytes = readFileSync(new URL(`../../../${path}`, import.meta.url));
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}
