/**
 * Upper bounds of the duration histograms, in seconds. One event is handled in about 1 ms and a verdict passes all
 * services in tens of milliseconds, so half the buckets lie below 100 ms; the last is what a slow webhook may take.
 */
export const durationBucketsSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30];

/** Random bytes drawn at once for span and trace ids: one system call per 341 root spans instead of two per span. */
export const idPoolBytes = 8_192;

/** How long a shutdown waits for the last spans to reach the collector: less than the 10 s an orchestrator grants. */
export const flushTimeoutMs = 5_000;
