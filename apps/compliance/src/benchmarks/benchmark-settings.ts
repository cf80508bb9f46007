/** Injects `BenchmarkSettings`. */
export const BENCHMARK_SETTINGS = Symbol('assay-benchmark-settings');

/** What operators decide about benchmarks. */
export interface BenchmarkSettings {
  /** How long scans are kept that are not the latest of their host and profile. */
  readonly retentionDays: number;
}
