/** Numbers of the transport, each with its reason. Pinned by `limits.spec.ts`. */
export const limits = {
  /** How long the broker waits for an ack before it delivers again: the longest time a dead process delays an event. */
  ackWaitMs: 30_000,
  /** A slow handler says `working` this often: half of `ackWaitMs`, so that one lost heartbeat does no harm. */
  heartbeatMs: 15_000,
  /** Heartbeats end here: a handler that needs longer hangs, and somebody else shall try. */
  handlingMs: 10 * 60_000,
  /** Deliveries after which the broker gives up: only processes that die each time get this far. Attempts that fail are counted in the inbox. */
  maxDeliver: 40,
  /** Unacknowledged messages of one durable over all its replicas: enough for ten busy replicas, bounded for the broker. */
  maxAckPending: 4_000,
  /** Handlers of one durable and lane at once, where the subscription says nothing: more than two cores keep busy. */
  concurrency: 8,
  /** Messages that a batch handler takes at once, where the subscription says only `batch: true`. */
  batchMessages: 256,
  /** Messages fetched ahead per worker, so that the next one is there when the last is done. */
  prefetchPerWorker: 4,
  /** Attempts of a handler that fails for a reason of ours, before the event becomes a dead letter. */
  bugAttempts: 5,
  /** How long `not-found` and `conflict` are retried: whatever was overtaken has arrived by then (`semantics.md` §5). */
  overtakenMs: 15 * 60_000,
  /** Delays before attempts 2, 3, …; the last one repeats. */
  retryDelaysMs: [100, 500, 2_000, 5_000, 15_000, 30_000, 60_000],
  /** Waits between tries while a dependency is away; no attempt is burnt. */
  unavailableDelaysMs: [100, 250, 500, 1_000, 2_000, 5_000],
  /** Time for the broker to confirm one message. */
  publishTimeoutMs: 5_000,
  /** Wait before a consumer is rebuilt after trouble with the broker. */
  rebuildDelayMs: 250,
  /** The broker's own memory of message ids: two minutes, its default. An optimisation; the inbox is the guarantee. */
  duplicateWindowMs: 120_000,
  /** What a stream keeps (`semantics.md` §5). */
  streamDays: 7,
  /** Oldest server whose consumers behave as we rely on (`platform-facts.md`, JetStream). */
  oldestServer: '2.9.0',
} as const;
