import { type DynamicModule, Module } from '@nestjs/common';
import { EnginesController } from './engines.controller.js';

/** The engines, for people to see. */
@Module({})
export class EnginesModule {
  static withFeeds(feeds: DynamicModule): DynamicModule {
    return { module: EnginesModule, imports: [feeds], controllers: [EnginesController] };
  }
}
