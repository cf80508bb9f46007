import type { BenchmarkForm } from '@assay/contracts';
import type { BenchmarkBatch, OpenDocument, ReadBenchmark } from './benchmark.js';
import { readDockerBenchJson } from './docker-bench/read-docker-bench-json.js';
import { readDockerBenchText } from './docker-bench/read-docker-bench-text.js';
import type { FirstPass } from './first-pass.js';
import { readPatchMon } from './patchmon/read-patchmon.js';
import { batchesOf, type WholeDocument } from './whole-document.js';
import { readXccdfBatches } from './xccdf/read-xccdf-batches.js';
import { readXccdfHead } from './xccdf/read-xccdf-head.js';
import type { XccdfIndex } from './xccdf/xccdf-index.js';

type Source = AsyncIterable<Uint8Array>;

const wholeReaders = {
  patchmon: readPatchMon,
  'docker-bench-json': readDockerBenchJson,
  'docker-bench-text': readDockerBenchText,
} as const satisfies Partial<Record<BenchmarkForm, (source: Source) => Promise<WholeDocument>>>;

/**
 * A document of benchmark results, in the thread that calls: what it says of itself now, each scan's results as a stream whenever
 * they are asked for. Memory is flat for XCCDF and ARF; the other forms are held whole.
 *
 * @throws AssayError `documents.*` for a document of bad form, `benchmarks.*` for one that means nothing to us
 */
export async function readBenchmark(form: BenchmarkForm, open: OpenDocument): Promise<ReadBenchmark> {
  if (isWhole(form)) {
    const { head, contents } = await wholeReaders[form](await open());
    return {
      ...head,
      scans: head.scans.map((scan, index) => ({ ...scan, batches: () => batchesOf(contents[index]!) })),
    };
  }
  const pass = await firstPass(form, await open());
  return assembled(pass, (scan) => secondPass(form, open, pass.indexes[scan], scan));
}

/** What the document says of itself. */
export async function firstPass(form: BenchmarkForm, source: Source): Promise<FirstPass> {
  if (isWhole(form)) return { head: (await wholeReaders[form](source)).head, indexes: [] };
  return readXccdfHead(form, source);
}

/** The results of its scan with this number. */
export async function* secondPass(
  form: BenchmarkForm,
  open: OpenDocument,
  index: XccdfIndex | undefined,
  scan: number,
): AsyncGenerator<BenchmarkBatch> {
  const source = await open();
  if (isWhole(form)) yield* batchesOf((await wholeReaders[form](source)).contents[scan]!);
  else if (index !== undefined) yield* readXccdfBatches(source, index, scan);
}

/** The head with a way to each scan's results. */
export function assembled(
  { head }: FirstPass,
  batches: (scan: number) => AsyncIterable<BenchmarkBatch>,
): ReadBenchmark {
  return { ...head, scans: head.scans.map((scan, number) => ({ ...scan, batches: () => batches(number) })) };
}

function isWhole(form: BenchmarkForm): form is keyof typeof wholeReaders {
  return Object.hasOwn(wholeReaders, form);
}
