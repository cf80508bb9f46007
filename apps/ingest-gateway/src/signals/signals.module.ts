import { type DynamicModule, Module } from '@nestjs/common';
import { IngestBatch } from './ingest-batch.service.js';
import { IngestSignal } from './ingest-signal.service.js';
import { ReceiveSignal } from './receive-signal.service.js';
import { SantamonController } from './santamon.controller.js';
import { SetAsideSignals } from './set-aside-signals.service.js';
import { SignalIdsStore } from './signal-ids.store.js';
import { SignalsController } from './signals.controller.js';
import { TakeInSignals } from './take-in-signals.service.js';

@Module({})
export class SignalsModule {
  /** @param imports the modules that accept and know callers */
  static with(imports: DynamicModule['imports']): DynamicModule {
    return {
      module: SignalsModule,
      imports: imports ?? [],
      controllers: [SantamonController, SignalsController],
      providers: [SignalIdsStore, ReceiveSignal, TakeInSignals, SetAsideSignals, IngestSignal, IngestBatch],
      exports: [],
    };
  }
}
