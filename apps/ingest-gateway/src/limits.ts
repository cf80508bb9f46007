/** Numbers of the gateway, each with its reason. Pinned by `limits.spec.ts`. */
export const limits = {
  /** How long requests wait for others to be committed with them (`platform-facts.md`): less than a flush to disk costs. */
  groupWaitMs: 3,
  /** Receipts in one group: one statement of some hundred KB, and few enough that one bad row is found quickly. */
  groupMaxReceipts: 256,
  /** Groups on their way at once: one is written while the next is flushed; more only queue at the disk. */
  groupsInFlight: 2,
  /** The longest `?wait=` (`api.md`): load balancers and CI steps give up soon after. */
  maxWaitSeconds: 300,
  /** SecureCase callers always wait; a little less than the most, so that our answer comes before their time-out. */
  secureCaseWaitSeconds: 290,
  /** A broadcast may be missed while the bus reconnects: receipts that somebody waits for are read again this often. */
  waitRereadMs: 2_000,
  /** Reports on receipts that are written together; a statement over so many rows takes a few milliseconds. */
  progressBatchEvents: 100,
  /** Timelines are written at most this often: callers who wait are answered by broadcast, before that. */
  progressEveryMs: 50,
  /** How long an `Idempotency-Key` is remembered (`semantics.md` §4): longer than a pipeline is retried. */
  idempotencyHours: 24,
  /** Characters of an `Idempotency-Key`: two UUIDs and some words. */
  idempotencyKeyMaxLength: 255,
  /** Credentials held in memory, about 1 KB each. */
  credentialCacheEntries: 10_000,
  /** A revocation is heard within milliseconds; where the bus is away it takes effect after this. */
  credentialCacheTtlMs: 15_000,
  /** Refusals are held too, for less long, so that a wrong key in a loop does not ask the database each time. */
  unknownCredentialTtlMs: 2_000,
  /** Characters of a presented credential: no kind is longer, and hashing megabytes for strangers is a gift to them. */
  credentialMaxLength: 512,
  /** A refused caller is recorded once in this time per credential (or address) and route: a loop fills no audit log. */
  denialsEveryMs: 60_000,
  /** Refused callers remembered for that; beyond it the oldest is forgotten and may be recorded again. */
  deniedCallersRemembered: 10_000,
  /** Events that wait longer to be published mean that nobody processes what we accept (`semantics.md` §4). */
  outboxMaxAgeSeconds: 60,
  /** Below this share of free space a spool or an artifact may fail halfway. */
  minFreeDiskShare: 0.05,
  /** How old the answer to "may we accept" may be. */
  intakeCheckMs: 1_000,
  /** What a caller is told to wait when we don't accept: a broker's or supervisor's restart. */
  intakeRetryAfterSeconds: 10,
  /** What each process counted of its tenants' use is added up this often; a crash forgets no more than that. */
  usageFlushMs: 1_000,
  /** How long the rest of a refused body is taken in, so that its sender reads the answer rather than a broken pipe. */
  refusedBodyPatienceMs: 5_000,
  /** Parts of a multipart body, `file` and the fields of the origin with room to spare. */
  multipartMaxParts: 32,
  /** Bytes of one multipart field; the longest origin field, a URL, has 500 characters. */
  multipartFieldBytes: 4_096,
  /** Time that one service has to answer an operator's question that goes to all of them. */
  fanOutTimeoutMs: 3_000,
  /** Rebuilding publishes up to a week of events again. */
  rebuildTimeoutMs: 300_000,
  /** How much longer than its `?wait=` a proxied request may take: its owner answers at the end of the wait. */
  proxyWaitGraceMs: 10_000,
  /** The merged OpenAPI document is made anew when it is older: services are upgraded one by one. */
  openApiCacheMs: 60_000,
} as const;
