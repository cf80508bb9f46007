import { JsonGuard, jsonLimits } from '@assay/documents';
import { AssayError } from '@assay/kernel';
import type { BenchmarkBatch, BenchmarkHead, RuleResult, RuleText } from './benchmark.js';
import { batchSize, maxWholeDocumentBytes } from './limits.js';

/** A document that was read at once: small enough to be held. */
export interface WholeDocument {
  readonly head: BenchmarkHead;
  /** The results of `head.scans`, in their order. */
  readonly contents: readonly WholeScan[];
}

export interface WholeScan {
  readonly rules: readonly RuleText[];
  readonly results: readonly RuleResult[];
}

/** All bytes of a source, as text; what is no UTF-8 becomes U+FFFD. @throws AssayError `documents.too-large` */
export async function readWhole(source: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > maxWholeDocumentBytes) {
      const message = `The document is larger than ${maxWholeDocumentBytes} bytes.`;
      throw new AssayError('invalid', 'documents.too-large', message);
    }
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks, size));
}

/**
 * The value of a JSON document, within the limits of form that every document meets; texts may be of any length, as readers cut
 * them. @throws AssayError `documents.*`
 */
export function parseJson(text: string): unknown {
  const bytes = Buffer.from(text);
  const guard = new JsonGuard({ ...jsonLimits, maxStringBytes: maxWholeDocumentBytes });
  guard.write(bytes);
  guard.end();
  return JSON.parse(text);
}

/** The scan's results in batches, each result with its rule. */
export async function* batchesOf({ rules, results }: WholeScan): AsyncGenerator<BenchmarkBatch> {
  for (let from = 0; from < results.length; from += batchSize) {
    yield { rules: rules.slice(from, from + batchSize), results: results.slice(from, from + batchSize) };
  }
}
