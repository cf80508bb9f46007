import { BulkJob, type BulkSlice, type SliceResult } from '@assay/jobs';
import { Injectable } from '@nestjs/common';
import { rejudgeJobName } from '../feeds/end-import.service.js';
import { rejudgedScansPerSlice } from '../limits.js';
import { RejudgeScan } from './rejudge-scan.service.js';
import { RejudgementsStore } from './rejudgements.store.js';

/** Makes a tenant's scans again after an import, a few at a time, so that tenants take turns. */
@Injectable()
export class RejudgeJob {
  constructor(
    private readonly rejudgements: RejudgementsStore,
    private readonly rejudgeScan: RejudgeScan,
  ) {}

  @BulkJob({ name: rejudgeJobName })
  async slice({ tx }: BulkSlice): Promise<SliceResult> {
    const next = await this.rejudgements.take(tx, rejudgedScansPerSlice);
    for (const rejudgement of next) await this.rejudgeScan.execute(tx, rejudgement);
    return { cursor: null, done: next.length, finished: next.length < rejudgedScansPerSlice };
  }
}
