import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { OpenDocument, ReadScan, RuleResult, RuleText } from '../src/index.js';

const folder = fileURLToPath(new URL('../../../test/fixtures/compliance/', import.meta.url));

/** A document of `test/fixtures/compliance`, unpacked. */
export function fixture(path: string): Buffer {
  const bytes = readFileSync(`${folder}${path}`);
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

/** Bytes as a source gives them, in pieces. */
export function opened(content: Uint8Array | string, pieceBytes = 65_536): OpenDocument {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return async function* () {
    for (let from = 0; from < bytes.length; from += pieceBytes) yield bytes.subarray(from, from + pieceBytes);
  };
}

/** All that a scan gives. */
export async function everything(scan: ReadScan): Promise<{ rules: RuleText[]; results: RuleResult[] }> {
  const all: { rules: RuleText[]; results: RuleResult[] } = { rules: [], results: [] };
  for await (const { rules, results } of scan.batches()) {
    all.rules.push(...rules);
    all.results.push(...results);
  }
  return all;
}
