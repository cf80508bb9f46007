import { Database, Transactions } from '@assay/persistence';
import type { Logger } from '@assay/telemetry';
import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { BulkJobs } from './bulk-jobs.js';
import { DiscoverJobs } from './discover-jobs.js';
import { Jobs } from './jobs.js';

/**
 * Runs the `@PeriodicJob`, `@Ticker` and `@BulkJob` methods of the whole application from its bootstrap to its
 * shutdown, and gives `BulkJobs` and `Jobs` to all of it. Needs `Database` and `Transactions`.
 */
@Module({})
export class JobsModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  static forRoot(logger: Logger): DynamicModule {
    return {
      module: JobsModule,
      global: true,
      imports: [DiscoveryModule],
      providers: [
        DiscoverJobs,
        BulkJobs,
        {
          provide: Jobs,
          inject: [DiscoverJobs, Database, Transactions, BulkJobs],
          useFactory: (discover: DiscoverJobs, database: Database, transactions: Transactions, bulkJobs: BulkJobs) =>
            new Jobs(() => discover.find(), { database, transactions, bulkJobs, logger }),
        },
      ],
      exports: [BulkJobs, Jobs],
    };
  }

  constructor(private readonly jobs: Jobs) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.jobs.start();
  }

  /** The host may have done it before: handlers use providers that end in the shutdown's first phase. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.jobs.stop();
  }
}
