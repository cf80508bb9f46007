import { Module } from '@nestjs/common';
import { AskServices } from './ask-services.service.js';
import { DeadLettersOfAll } from './dead-letters.service.js';
import { HealthController } from './health.controller.js';
import { GatewayOperationsController } from './operations.controller.js';
import { OverviewStore } from './overview.store.js';
import { ReadOverview } from './read-overview.service.js';

@Module({
  controllers: [HealthController, GatewayOperationsController],
  providers: [AskServices, DeadLettersOfAll, OverviewStore, ReadOverview],
})
export class OperationsModule {}
