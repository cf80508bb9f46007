import type { ReadScan } from '@assay/benchmarks';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import { ContentDigest, PendingResults, sliceOf } from './result-slice.js';
import { RulesStore } from './rules.store.js';
import { ScansStore } from './scans.store.js';

/** Writes the results of a scan while they are read: a thousand at a time, however many there are. */
@Injectable()
export class WriteResults {
  constructor(
    private readonly rules: RulesStore,
    private readonly scans: ScansStore,
  ) {}

  /** Gives the digest of what was found. */
  async execute(tx: Transaction, scanId: Uuid, profileId: Uuid, scan: ReadScan): Promise<string> {
    const digest = new ContentDigest(scan.status, scan.error);
    const pending = new PendingResults();
    let slices = 0;
    const flush = async (): Promise<void> => {
      if (pending.size === 0) return;
      const { rules, results } = pending.take();
      const known = await this.rules.resolve(tx, profileId, rules);
      if (results.length === 0) return;
      await this.scans.addSlice(tx, scanId, slices, sliceOf(results, rules, known));
      slices += 1;
    };
    for await (const batch of scan.batches()) {
      digest.add(batch.results);
      pending.add(batch);
      if (pending.size >= limits.resultsPerSlice) await flush();
    }
    await flush();
    return digest.hex();
  }
}

/** The digest of what a scan found, without writing anything. */
export async function digestOf(scan: ReadScan): Promise<string> {
  const digest = new ContentDigest(scan.status, scan.error);
  for await (const { results } of scan.batches()) digest.add(results);
  return digest.hex();
}
