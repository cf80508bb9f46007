import { Ticker } from '@assay/jobs';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import { SignalCountsStore } from './signal-counts.store.js';

/** Adds up what transactions wrote of counts, in one replica at a time, so that who reads has few rows to add. */
@Injectable()
export class FoldSignalCounts {
  constructor(private readonly counts: SignalCountsStore) {}

  @Ticker({ name: 'case-engine-fold-signal-counts', everyMs: limits.foldCountsMs })
  async tick(tx: Transaction): Promise<void> {
    await this.counts.fold(tx, limits.foldedAtOnce);
  }
}
