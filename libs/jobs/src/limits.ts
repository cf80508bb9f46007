/** Numbers of periodic and bulk work, each with its reason. Pinned by `limits.spec.ts`. */
export const limits = {
  /** How often one replica reads the calendar. With the two below a job begins within half a minute of its time. */
  periodicCalendarSeconds: 15,
  /** How often what the calendar gave is handed to the jobs' queues. */
  periodicForwardSeconds: 5,
  /** How often a worker asks for its job. One short query per job and replica: a service with three has 0.3 a second. */
  periodicPollSeconds: 10,
  /** A running job says this often that it lives. After `kill -9` another replica has it within two of these and a minute. */
  periodicHeartbeatSeconds: 60,
  /** No periodic job of ours is meant to run longer; what may is bulk work in slices. Its signal is aborted then. */
  periodicTimeoutSeconds: 2 * 60 * 60,
  /** Attempts after the first. With growing delay they span about an hour and a half, longer than a feed's usual outage. */
  periodicRetries: 8,
  /** Before the second attempt; doubled from there on. */
  periodicRetryDelaySeconds: 30,
  /** No delay is longer, so that a job that runs hourly is not held back by yesterday's failure. */
  periodicRetryMaxDelaySeconds: 30 * 60,
  /** Finished runs stay in the queue's table this long, for whoever asks what happened last week. */
  periodicKeepSeconds: 14 * 24 * 60 * 60,
  /** How often a replica looks for bulk work that another process began or a failure put off: one indexed probe. */
  bulkSweepMs: 5_000,
  /** Slices at once per job name and process: each holds one of the pool's 12 connections while it runs. */
  bulkMaxConcurrency: 4,
  /** Failures of one slice in a row that end a bulk job. With growing delay that is about ten minutes of trying. */
  bulkMaxAttempts: 8,
  /** Before a failed slice is tried again; doubled with each failure in a row. */
  bulkRetryDelayMs: 5_000,
  /** No delay between two attempts at a slice is longer. */
  bulkRetryMaxDelayMs: 5 * 60_000,
  /** What a bulk job may be given or remember between slices; more belongs into a table or the artifact store. */
  bulkStateBytes: 64 * 1024,
  /** Finished bulk jobs can be read this long. */
  bulkKeepDays: 30,
  /** Finished bulk jobs removed per statement, so that it stays far below the statement timeout. */
  bulkForgetRows: 5_000,
  /** Rows of one page of `BulkJobs.list`. */
  bulkPageRows: 200,
  /** Below this a timer is a busy loop of transactions. */
  tickerMinMs: 50,
  /** A ticker that fails waits longer each time, but never longer than this: then it notices within it that all is well. */
  tickerMaxPauseMs: 30_000,
  /** How long a shutdown waits for running work; what is not done by then is taken up again by the next process. */
  drainMs: 20_000,
} as const;
