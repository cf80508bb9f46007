import { BenchmarkReader } from '@assay/benchmarks';
import { type DynamicModule, Module } from '@nestjs/common';
import { BENCHMARK_SETTINGS, type BenchmarkSettings } from './benchmarks.settings.js';
import { BenchmarksController } from './benchmarks.controller.js';
import { FindHost } from './find-host.service.js';
import { IngestBenchmark } from './ingest-benchmark.service.js';
import { KnownHostsStore } from './known-hosts.store.js';
import { PatchMonScansController } from './patchmon-scans.controller.js';
import { ReadSubmission } from './read-submission.service.js';
import { SubmissionLimit } from './submission-limit.service.js';
import { SubmitScans } from './submit-scans.service.js';

/** Results of benchmarks of hosts: from agents of PatchMon, and as their tools wrote them. */
@Module({})
export class BenchmarksModule {
  /** @param imports the modules of ingest and of agents, as the gateway has configured them */
  static with(settings: BenchmarkSettings, imports: NonNullable<DynamicModule['imports']>): DynamicModule {
    return {
      module: BenchmarksModule,
      imports,
      controllers: [PatchMonScansController, BenchmarksController],
      providers: [
        { provide: BENCHMARK_SETTINGS, useValue: settings },
        { provide: BenchmarkReader, useFactory: () => new BenchmarkReader() },
        KnownHostsStore,
        FindHost,
        SubmissionLimit,
        ReadSubmission,
        SubmitScans,
        IngestBenchmark,
      ],
    };
  }
}
