import { type DynamicModule, Module } from '@nestjs/common';
import { EnginesModule } from './engines/engines.module.js';
import { ExposureModule } from './exposure/exposure.module.js';
import { FeedsModule } from './feeds/feeds.module.js';
import { RejudgingModule } from './rejudging/rejudging.module.js';
import type { ScannerEnv } from './scanner.env.js';
import { ScanningModule } from './scanning/scanning.module.js';

/** All wiring of the scanner. */
@Module({})
export class ScannerModule {
  static forEnv(env: ScannerEnv): DynamicModule {
    const feeds = FeedsModule.forEnv(env);
    const scanning = ScanningModule.withFeeds(feeds);
    const rejudging = RejudgingModule.after(scanning);
    return {
      module: ScannerModule,
      imports: [feeds, scanning, rejudging, EnginesModule.withFeeds(feeds), ExposureModule],
    };
  }
}
