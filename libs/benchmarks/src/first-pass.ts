import type { BenchmarkHead } from './benchmark.js';
import type { XccdfIndex } from './xccdf/xccdf-index.js';

/** What a first pass found: what the document says of itself, and what a second pass needs to give each rule once. Plain data. */
export interface FirstPass {
  readonly head: BenchmarkHead;
  /** One for each scan of an XCCDF document; none for a document that is read whole. */
  readonly indexes: readonly XccdfIndex[];
}
