/** What operators set for results of benchmarks. */
export interface BenchmarkSettings {
  /** Of one submission of a PatchMon agent. */
  readonly maxSubmissionBytes: number;
  /** Of one credential, at each gateway. */
  readonly submissionsPerMinute: number;
}

/** Injects the `BenchmarkSettings`. */
export const BENCHMARK_SETTINGS = Symbol('assay-benchmark-settings');
