import { type DynamicModule, Module } from '@nestjs/common';
import { IngestSignal } from './ingest-signal.service.js';
import { ReceiveSignal } from './receive-signal.service.js';
import { SantamonController } from './santamon.controller.js';
import { SetAsideSignals } from './set-aside-signals.service.js';
import { SignalIdsStore } from './signal-ids.store.js';
import { TakeInSignals } from './take-in-signals.service.js';

@Module({})
export class SignalsModule {
  /** @param imports the modules that accept and know callers */
  static with(imports: DynamicModule['imports']): DynamicModule {
    return {
      module: SignalsModule,
      imports: imports ?? [],
      controllers: [SantamonController],
      providers: [SignalIdsStore, ReceiveSignal, TakeInSignals, SetAsideSignals, IngestSignal],
      exports: [],
    };
  }
}
