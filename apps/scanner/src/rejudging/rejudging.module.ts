import { type DynamicModule, Module } from '@nestjs/common';
import { FindingsModule } from '../findings/findings.module.js';
import { InventoryModule } from '../inventory/inventory.module.js';
import { VulnerabilitiesModule } from '../vulnerabilities/vulnerabilities.module.js';
import { FreshFindings } from './fresh-findings.service.js';
import { RejudgeScan } from './rejudge-scan.service.js';
import { RejudgeJob } from './rejudge.job.js';
import { RejudgementsStore } from './rejudgements.store.js';

/** Scans that are made again when the advisories change. */
@Module({})
export class RejudgingModule {
  static after(feeds: DynamicModule, scanning: DynamicModule): DynamicModule {
    return {
      module: RejudgingModule,
      imports: [feeds, scanning, FindingsModule, InventoryModule, VulnerabilitiesModule],
      providers: [FreshFindings, RejudgeJob, RejudgementsStore, RejudgeScan],
    };
  }
}
