import { BenchmarkReader } from '@assay/benchmarks';
import { type DynamicModule, Module } from '@nestjs/common';
import { CommandIntakeModule } from '../commands/command-intake.module.js';
import type { ComplianceEnv } from '../compliance.env.js';
import { HostsModule } from '../hosts/hosts.module.js';
import { ApplyWaivers } from './apply-waivers.service.js';
import { BENCHMARK_SETTINGS, type BenchmarkSettings } from './benchmark-settings.js';
import { BenchmarksController } from './benchmarks.controller.js';
import { CompareScans } from './compare-scans.service.js';
import { EffectiveScoresStore } from './effective-scores.store.js';
import { EndStaleScans } from './end-stale-scans.job.js';
import { FollowHostsSubscriber } from './follow-hosts.subscriber.js';
import { FollowWaiversSubscriber } from './follow-waivers.subscriber.js';
import { ForgetScans } from './forget-scans.job.js';
import { ForgetScansStore } from './forget-scans.store.js';
import { LatestScansStore } from './latest-scans.store.js';
import { ListScans } from './list-scans.read-model.js';
import { MoveScans } from './move-scans.service.js';
import { OpenResultsStore } from './open-results.store.js';
import { ProfilesStore } from './profiles.store.js';
import { RecordScan } from './record-scan.service.js';
import { RecordScans } from './record-scans.service.js';
import { RecordSubmissionsSubscriber } from './record-submissions.subscriber.js';
import { RescoreScans } from './rescore-scans.service.js';
import { RulesStore } from './rules.store.js';
import { ScanChangesStore } from './scan-changes.store.js';
import { ScansStore } from './scans.store.js';
import { SettleLatest } from './settle-latest.service.js';
import { StaleScansController } from './stale-scans.controller.js';
import { StartedScans } from './started-scans.service.js';
import { StartedScansStore } from './started-scans.store.js';
import { TellScans } from './tell-scans.service.js';
import { WaiversStore } from './waivers.store.js';
import { WriteResults } from './write-results.service.js';

/** Scans of benchmarks, for every capability that has to do with them. */
@Module({
  imports: [HostsModule],
  providers: [ProfilesStore, StartedScansStore, StartedScans, ScanChangesStore, TellScans, ScansStore],
  exports: [ProfilesStore, StartedScansStore, StartedScans, ScanChangesStore, TellScans, ScansStore],
})
export class BenchmarksModule {}

/** What comes in of scans, and what people and timers do with them. */
@Module({
  imports: [BenchmarksModule, HostsModule, CommandIntakeModule],
  controllers: [
    RecordSubmissionsSubscriber,
    FollowWaiversSubscriber,
    FollowHostsSubscriber,
    StaleScansController,
    BenchmarksController,
  ],
  providers: [
    BenchmarkReader,
    RulesStore,
    WriteResults,
    LatestScansStore,
    WaiversStore,
    EffectiveScoresStore,
    OpenResultsStore,
    SettleLatest,
    RecordScan,
    RecordScans,
    RescoreScans,
    ApplyWaivers,
    MoveScans,
    EndStaleScans,
    ForgetScansStore,
    ForgetScans,
    ListScans,
    CompareScans,
  ],
})
export class BenchmarkIntakeModule {
  static forEnv(env: ComplianceEnv): DynamicModule {
    const settings: BenchmarkSettings = { retentionDays: env.BENCHMARK_RETENTION_DAYS };
    return { module: BenchmarkIntakeModule, providers: [{ provide: BENCHMARK_SETTINGS, useValue: settings }] };
  }
}
