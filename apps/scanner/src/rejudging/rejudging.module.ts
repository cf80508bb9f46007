import { type DynamicModule, Module } from '@nestjs/common';
import { FindingsModule } from '../findings/findings.module.js';
import { EarlierScansStore } from './earlier-scans.store.js';
import { ReadAgain } from './read-again.service.js';
import { RejudgeScan } from './rejudge-scan.service.js';
import { RejudgeJob } from './rejudge.job.js';
import { RejudgementsStore } from './rejudgements.store.js';
import { RematchController } from './rematch.controller.js';
import { RematchScans } from './rematch-scans.service.js';

/** Scans that are made again when the advisories change. */
@Module({})
export class RejudgingModule {
  static after(scanning: DynamicModule): DynamicModule {
    return {
      module: RejudgingModule,
      imports: [scanning, FindingsModule],
      controllers: [RematchController],
      providers: [EarlierScansStore, ReadAgain, RejudgeJob, RejudgementsStore, RejudgeScan, RematchScans],
    };
  }
}
