import { Module } from '@nestjs/common';
import { CasesModule } from '../cases/cases.module.js';
import { RunsModule } from '../runs/runs.module.js';
import { AwaitFeeds } from './await-feeds.service.js';
import { ExpireRunsJob } from './expire-runs.job.js';
import { ExpireRuns } from './expire-runs.service.js';
import { ExpiredRunsStore } from './expired-runs.store.js';
import { JudgeMonitored } from './judge-monitored.service.js';
import { LookAtRun } from './look-at-run.service.js';
import { MonitoredRunsStore } from './monitored-runs.store.js';
import { ReadRescans } from './read-rescans.service.js';
import { RescanJob } from './rescan.job.js';
import { RescanPeers } from './rescan-peers.client.js';
import { RescanPoliciesController } from './rescan-policies.controller.js';
import { EditRescanPolicies } from './rescan-policies.service.js';
import { RescanPoliciesStore } from './rescan-policies.store.js';
import { RescanRecordsModule } from './rescan-records.module.js';
import { RescanRuns } from './rescan-runs.service.js';
import { RescansController } from './rescans.controller.js';
import { RescansStore } from './rescans.store.js';
import { StartDueRescans } from './start-due-rescans.service.js';
import { RescanLists, StartRescan } from './start-rescan.service.js';
import { VerifyRuns } from './verify-runs.service.js';

@Module({
  imports: [CasesModule, RunsModule, RescanRecordsModule],
  controllers: [RescansController, RescanPoliciesController],
  providers: [
    RescansStore,
    MonitoredRunsStore,
    RescanPoliciesStore,
    EditRescanPolicies,
    RescanPeers,
    RescanLists,
    StartRescan,
    StartDueRescans,
    VerifyRuns,
    JudgeMonitored,
    LookAtRun,
    RescanRuns,
    AwaitFeeds,
    RescanJob,
    ReadRescans,
    ExpiredRunsStore,
    ExpireRuns,
    ExpireRunsJob,
  ],
})
export class RescansModule {}
