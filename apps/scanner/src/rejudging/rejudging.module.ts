import { type DynamicModule, Module } from '@nestjs/common';
import { FindingsModule } from '../findings/findings.module.js';
import { ReadAgain } from './read-again.service.js';
import { RejudgeScan } from './rejudge-scan.service.js';
import { RejudgeJob } from './rejudge.job.js';
import { RejudgementsStore } from './rejudgements.store.js';

/** Scans that are made again when the advisories change. */
@Module({})
export class RejudgingModule {
  static after(scanning: DynamicModule): DynamicModule {
    return {
      module: RejudgingModule,
      imports: [scanning, FindingsModule],
      providers: [ReadAgain, RejudgeJob, RejudgementsStore, RejudgeScan],
    };
  }
}
