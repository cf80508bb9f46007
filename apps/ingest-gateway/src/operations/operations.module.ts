import { type DynamicModule, Module } from '@nestjs/common';
import { AskServices } from './ask-services.service.js';
import { DeadLettersOfAll } from './dead-letters.service.js';
import { HealthController } from './health.controller.js';
import { GatewayOperationsController } from './operations.controller.js';
import { OverviewStore } from './overview.store.js';
import { ReadOverview } from './read-overview.service.js';

@Module({})
export class OperationsModule {
  /** @param imports the modules whose dead letters are no events */
  static with(imports: NonNullable<DynamicModule['imports']>): DynamicModule {
    return {
      module: OperationsModule,
      imports,
      controllers: [HealthController, GatewayOperationsController],
      providers: [AskServices, DeadLettersOfAll, OverviewStore, ReadOverview],
    };
  }
}
