import { type DynamicModule, Module } from '@nestjs/common';
import { ForgetSignalIds } from './forget-signal-ids.job.js';
import { IngestBatch } from './ingest-batch.service.js';
import { IngestSignal } from './ingest-signal.service.js';
import { ReceiveSignal } from './receive-signal.service.js';
import { ReplaySetAside } from './replay-set-aside.service.js';
import { SantamonController } from './santamon.controller.js';
import { SetAsideSignals } from './set-aside-signals.service.js';
import { SignalIdsStore } from './signal-ids.store.js';
import { SIGNAL_IDS_KEPT } from './signals.tokens.js';
import { SignalsController } from './signals.controller.js';
import { TakeInSignals } from './take-in-signals.service.js';

@Module({})
export class SignalsModule {
  /**
   * @param keptDays how long ids are known
   * @param imports the modules that accept and know callers
   */
  static with(keptDays: number, imports: NonNullable<DynamicModule['imports']>): DynamicModule {
    return {
      module: SignalsModule,
      imports,
      controllers: [SantamonController, SignalsController],
      providers: [
        { provide: SIGNAL_IDS_KEPT, useValue: { days: keptDays } },
        SignalIdsStore,
        ReceiveSignal,
        TakeInSignals,
        SetAsideSignals,
        IngestSignal,
        IngestBatch,
        ReplaySetAside,
        ForgetSignalIds,
      ],
      exports: [ReplaySetAside],
    };
  }
}
