import { type DynamicModule, Module } from '@nestjs/common';
import { CASE_ENGINE_ENV, type CaseEngineEnv } from '../case-engine.env.js';
import { ApplySignalChange } from './apply-signal-change.service.js';
import { ChangeSignals } from './change-signals.service.js';
import { FoldSignalCounts } from './fold-signal-counts.ticker.js';
import { IndexSignals } from './index-signals.service.js';
import { IndexSignalsSubscriber } from './index-signals.subscriber.js';
import { ListSignalGroups } from './list-signal-groups.service.js';
import { OpenContext } from './open-context.service.js';
import { ReadSignals } from './read-signals.service.js';
import { ReadSignalsStore } from './read-signals.store.js';
import { ReadSignalStats } from './read-signal-stats.service.js';
import { SettleRetentionJob } from './settle-retention.job.js';
import { SettleRetention } from './settle-retention.service.js';
import { SantamonController } from './santamon.controller.js';
import { SignalChangesStore } from './signal-changes.store.js';
import { SignalCountsStore } from './signal-counts.store.js';
import { SignalGroupsStore } from './signal-groups.store.js';
import { SignalKindsStore } from './signal-kinds.store.js';
import { SignalRetentionStore } from './signal-retention.store.js';
import { SignalScope } from './signal-scope.service.js';
import { SignalsController } from './signals.controller.js';
import { SignalsStore } from './signals.store.js';
import { VisibleHostsStore } from './visible-hosts.store.js';

/** Signals of hosts: kept, counted, listed, searched and looked after. */
@Module({})
export class SignalsModule {
  static forEnv(env: CaseEngineEnv): DynamicModule {
    return {
      module: SignalsModule,
      controllers: [IndexSignalsSubscriber, SignalsController, SantamonController],
      providers: [
        { provide: CASE_ENGINE_ENV, useValue: env },
        SignalsStore,
        ReadSignalsStore,
        SignalKindsStore,
        SignalGroupsStore,
        SignalCountsStore,
        SignalChangesStore,
        VisibleHostsStore,
        SignalScope,
        IndexSignals,
        ReadSignals,
        OpenContext,
        ReadSignalStats,
        ListSignalGroups,
        ApplySignalChange,
        ChangeSignals,
        FoldSignalCounts,
        SignalRetentionStore,
        SettleRetention,
        SettleRetentionJob,
      ],
      exports: [SignalGroupsStore, SignalScope, ReadSignals],
    };
  }
}
