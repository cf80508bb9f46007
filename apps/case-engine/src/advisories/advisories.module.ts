import { Module } from '@nestjs/common';
import { CasesModule } from '../cases/cases.module.js';
import { ExceptionsModule } from '../exceptions/exceptions.module.js';
import { RescanRecordsModule } from '../rescans/rescan-records.module.js';
import { AdvisoriesSubscriber } from './advisories.subscriber.js';
import { MergeVulnerabilities } from './merge-vulnerabilities.service.js';
import { MergesStore } from './merges.store.js';
import { RejudgeFindings } from './rejudge-findings.service.js';

@Module({
  imports: [CasesModule, ExceptionsModule, RescanRecordsModule],
  controllers: [AdvisoriesSubscriber],
  providers: [MergesStore, MergeVulnerabilities, RejudgeFindings],
})
export class AdvisoriesModule {}
