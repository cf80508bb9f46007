import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const folder = fileURLToPath(new URL('../../../test/fixtures/compliance/', import.meta.url));

/** A document of `test/fixtures/compliance`, unpacked. */
export function complianceFixture(path: string): Buffer {
  const bytes = readFileSync(`${folder}${path}`);
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}
