/** Numbers of the persistence layer, each with its reason. Pinned by `limits.spec.ts`. */
export const limits = {
  /** Connections per service and process: seven services stay far below PostgreSQL's 200, and two cores feed no more. */
  poolConnections: 12,
  /** A statement that runs longer holds locks that others wait for; bulk work is cut into slices instead. */
  statementTimeoutMs: 60_000,
  /** Waiting longer for a free connection than a caller waits for an answer helps nobody. */
  connectTimeoutMs: 10_000,
  /**
   * How often a set-up looks again after it met another that changes the same roles. One of those who meet gets on, and the
   * others then find nothing to do, so twice is enough unless they disagree (on the internal key).
   */
  roleAttempts: 10,
  /** Statement texts that are prepared per connection. Texts are constants of the code, so a process has a few hundred. */
  preparedStatements: 1_000,
  /** Events that a relay publishes and marks in one go: 500 messages of at most 64 KiB stay under 32 MiB. */
  relayBatchEvents: 500,
  /** How often a relay looks for what the fast path after commit did not publish. */
  relaySweepMs: 1_000,
  /** The sweep leaves younger rows to the fast path of the process that wrote them. */
  relaySweepMinAgeMs: 1_000,
  /** Age at which an event of an older version's process counts as left behind: its own sweep comes every second. */
  relayAdoptAfterMs: 60_000,
  /** Rows handed over after commit that may wait in memory; what is beyond stays in the table for the sweep. */
  relayBacklogEvents: 20_000,
  /** Outbox days kept after publishing (`semantics.md` §5): twice the retention of a stream. */
  outboxKeepDays: 14,
  /**
   * How long after its end an hour of the outbox is sealed. Ids are made when an event is published, commits come later: no
   * transaction of ours lives longer than a few statements of at most `statementTimeoutMs`, and clocks of replicas differ.
   */
  sealGraceMs: 5 * 60_000,
  /** Ids of audited events read or sent at a time: an hour of a busy service has a million, which is 36 MB. */
  sealPageIds: 10_000,
  /** Hours sealed in one transaction after a standstill: a week is caught up with in seven ticks, none of them long. */
  sealHoursPerTick: 24,
  /** Inbox days kept: longer than any event can be delivered again. */
  inboxKeepDays: 15,
  /** Day partitions made ahead, so that two days of a stopped maintenance job cost nothing. */
  partitionsAheadDays: 3,
  /** Receipts whose progress one event tells: 130 bytes each stay well below `eventBytes`. */
  progressPerEvent: 250,
  /** Marks of published events are written at most this often: nobody waits for one, and a lost one costs a duplicate that is recognised. */
  relayMarkEveryMs: 100,
  /** What a message may weigh on the bus (`architecture.md` §2). Larger things travel as artifacts. */
  eventBytes: 64 * 1024,
  /** What streams keep (`semantics.md` §5): after the loss of a stream no more than this can have been unread. */
  streamRetentionDays: 7,
} as const;
