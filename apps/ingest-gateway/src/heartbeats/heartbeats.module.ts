import { type DynamicModule, Module } from '@nestjs/common';
import { GatewayBeat } from './gateway-beat.service.js';
import { Heartbeats } from './heartbeats.service.js';
import { SantamonHeartbeatsController } from './santamon-heartbeats.controller.js';

/** One for the whole gateway, so that everybody who hears an agent tells it to the same `Heartbeats`. */
@Module({ providers: [Heartbeats, GatewayBeat], exports: [Heartbeats] })
export class HeartbeatsModule {}

/** Santamon's route to it. */
@Module({})
export class SantamonHeartbeatsModule {
  /** @param imports the modules that accept callers */
  static with(imports: NonNullable<DynamicModule['imports']>): DynamicModule {
    return {
      module: SantamonHeartbeatsModule,
      imports: [HeartbeatsModule, ...imports],
      controllers: [SantamonHeartbeatsController],
    };
  }
}
