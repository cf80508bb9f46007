/** Numbers of the gateway, each with its reason. Pinned by `limits.spec.ts`. */
export const limits = {
  /** How long requests wait for others to be committed with them (`platform-facts.md`): less than a flush to disk costs. */
  groupWaitMs: 3,
  /** Receipts in one group: one statement of some hundred KB, and few enough that one bad row is found quickly. */
  groupMaxReceipts: 256,
  /** Groups on their way at once: one is written while the next is flushed; more only queue at the disk. */
  groupsInFlight: 2,
  /** Bytes of one signal that are parsed: the longest context of the agent's (100,000 characters), escaped at its worst, and its title. */
  signalBodyBytes: 2 * 1024 * 1024,
  /** Bytes of one signal that are taken at all and set aside: no agent sends it, and a 4xx would stop its queue for ever. */
  signalLargestBytes: 32 * 1024 * 1024,
  /** Bytes of a signal's context in a message (`semantics.md` §11); longer ones go by digest. */
  signalContextBytes: 48 * 1024,
  /** And what is left of those: enough for a person to know whether to read the rest. */
  signalShortContextBytes: 8 * 1024,
  /** Levels of a context: real ones have six, and what recurses over them has a stack. */
  signalContextDepth: 64,
  /** Characters of a context that Santamon's own server took, counted as Python writes it (`wire/santamon.md` §2.1). */
  santamonContextLength: 100_000,
  /** Bytes of signals in one message, so that its envelope has room beside them below 64 KiB. */
  signalMessageBytes: 56 * 1024,
  /** Signals that are committed together: a statement over so many ids takes some ten milliseconds. */
  groupMaxSignals: 1_000,
  /** Signals that are set aside together: each is a row of some kilobytes. */
  groupMaxSetAside: 100,
  /** Bytes of a set aside signal that stand in its dead letter; longer ones lie in the artifact store. */
  setAsideTextBytes: 16 * 1024,
  /** How often the gateway itself says that it is there; six times as often as compliance would miss it. */
  gatewayBeatEveryMs: 10_000,
  /** How often the newest heartbeats are told: each event costs a commit, and a host is silent after minutes. */
  heartbeatsEveryMs: 1_000,
  /** Agents of one tenant whose heartbeats wait, about 300 bytes each; a second brings a thirtieth of a fleet. */
  heartbeatsRemembered: 100_000,
  /** Bytes of heartbeats in one message, so that its envelope has room beside them below 64 KiB. */
  heartbeatsMessageBytes: 60_000,
  /** Ids of signals that are forgotten in one transaction: a tenth of a second. */
  forgetSignalIds: 10_000,
  /** Bytes of a batch of signals, unpacked: some 100,000 of them, and what a client can send again when it broke off. */
  signalBatchBytes: 128 * 1024 * 1024,
  /** Signals of one batch that are on their way at once: two groups, one that is written and one that is read. */
  batchSliceSignals: 2_000,
  /** Signals of a batch that the answer says were set aside, each in 200 bytes; their number is told in any case. */
  batchProblemsTold: 1_000,
  /** Signals that wait to be committed in one process: ten groups, half a second's worth; more would only wait longer. */
  signalsWaiting: 10_000,
  /** What an agent is told to wait when they do; it tries again by itself after 2 s and 4 s (`wire/santamon.md` §7). */
  signalsRetryAfterSeconds: 2,
  /** The time in which an agent's submissions are counted (`wire/patchmon.md` §3.5). */
  submissionWindowMs: 60_000,
  /** The longest `?wait=` (`api.md`): load balancers and CI steps give up soon after. */
  maxWaitSeconds: 300,
  /** SecureCase callers always wait; a little less than the most, so that our answer comes before their time-out. */
  secureCaseWaitSeconds: 290,
  /** A broadcast may be missed while the bus reconnects: receipts that somebody waits for are read again this often. */
  waitRereadMs: 2_000,
  /** Reports on receipts that are written together; a statement over so many rows takes a few milliseconds. */
  progressBatchEvents: 100,
  /** How long progress waits for company under load: callers who wait are answered by broadcast, before it is written. */
  gatherProgressMs: 50,
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
  /** Wrong keys from one address in the time below, after which no further one is looked up: many agents, not a guesser. */
  wrongKeys: 100,
  wrongKeyWindowMs: 60_000,
  /** Addresses remembered for that; beyond it the oldest is forgotten. */
  wrongKeyAddressesRemembered: 10_000,
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
  /** Characters of an organization of PatchHound, which becomes a tenant's display name. */
  organizationMaxLength: 200,
  /** Days from today, either way, at which a token key of PatchHound may end: a century is for ever. */
  tokenExpiryMaxDays: 36_500,
  /** Token keys in one reply of PatchHound's list, which knows no pages; about 150 bytes each. */
  tokenKeysListed: 10_000,
  /** Wrong admin keys from one address in the time below, after which it is not listened to: one may mistype, not guess. */
  adminKeyFailures: 20,
  adminKeyFailureWindowMs: 60_000,
  /** Addresses remembered for that; beyond it the oldest is forgotten. */
  adminKeyAddressesRemembered: 10_000,
  /** Bytes of a PatchHound form without documents: keys, names and a digest. */
  patchHoundFormBytes: 65_536,
  /** Bytes of a form with an exclusion file, which the case-engine parses at once: it takes a mebibyte. */
  exclusionFormBytes: 1_048_576,
  /** Bytes of one field of a PatchHound scan: `sast_ruleset` lists what semgrep was called with. */
  patchHoundFieldBytes: 65_536,
  /** Bytes spooled for callers of PatchHound routes whose token has not come yet, in this process: a share of a small disk. */
  strangersSpoolBytes: 4_294_967_296,
  /** And of those, for one address: sixteen common scans at once, and no caller alone can take all. */
  strangersSpoolBytesPerAddress: 1_073_741_824,
  /** Newest runs in PatchHound's history of a repository: each costs a whole report, as its hashes are of what is handed out. */
  patchHoundHistoryRuns: 50,
  /** Newest rescans of a scan whose trails are among its files: a year of nights and more, those without news not kept that long. */
  patchHoundRescans: 500,
  /** A client asks for the files of a scan right after its answer; its verdict and attestations are written within this. */
  resourcesSettleMs: 3_000,
  resourcesRereadMs: 50,
  /** PatchHound's client gives up after 300 s; a little less, so that our answer comes before. */
  patchHoundWaitSeconds: 290,
  /** Largest delivery of a forge: GitHub sends no more than 25 MB, and a pull request event is some 30 KB. */
  changeHookBodyBytes: 5 * 1024 * 1024,
  /** How far the time of a signed delivery may be from ours (Standard Webhooks: five minutes). */
  changeHookToleranceMs: 300_000,
  /** Random bytes of a hook's secret: as many as the HMAC has. */
  changeHookSecretBytes: 32,
  /** Hooks of one tenant: one for each organisation of each forge, and no more than anybody can look after. */
  changeHooksPerTenant: 100,
  /** How long a delivery is known: longer than any forge lets people send it again (GitHub: 3 days). */
  changeDeliveryDays: 30,
  /** Reports on hosts that are written together. */
  hostBatchEvents: 100,
  /** Groups of a host, and users that it is shown to: they travel in every event that names it. */
  hostListEntries: 100,
  /** How long a host's old key stays good beside its new one, unless told: time to put the new one in place. */
  credentialOverlapSeconds: 3_600,
  /** And at most: a month, after which nobody is still putting it in place. */
  credentialOverlapMaxSeconds: 2_592_000,
  /** Bytes of one frame of an agent (`wire/patchmon.md` §5). */
  agentFrameBytes: 524_288,
  /** Bytes of one frame to an agent, which hangs up on larger ones (`wire/patchmon.md` §5). */
  agentCommandBytes: 65_536,
  /** A frame that was written is not written again sooner, whatever its attempt: 60 s, less what clocks may differ. */
  agentCommandAgainMs: 55_000,
  /** A command that was issued longer ago is not written: compliance asks again 15 s after it asked, and two frames are two scans. */
  agentCommandMaxAgeMs: 10_000,
  /** Fragments of one frame of an agent; it sends whole ones, and each costs more than its bytes. */
  agentFragments: 256,
  /** Frames of an agent that are read in a second; it sends about one. More are dropped unread. */
  agentFramesPerSecond: 20,
  /** Times in a second that one credential may connect at each gateway; agents wait a second or more between. */
  agentConnectsPerSecond: 5,
  /** Between two signs of life that are asked for, and told of (`wire/patchmon.md` §5). */
  agentPingMs: 30_000,
  /** After so much silence an agent is gone (`wire/patchmon.md` §5). */
  agentSilenceMs: 90_000,
  /** One timer looks after all sockets: one each would cost more than the socket. */
  agentSweepMs: 1_000,
  /** What ends a credential or replaces a socket is heard at once; where the bus was away it takes effect after this. */
  agentRecheckMs: 30_000,
  /** Bytes that an agent may leave unread; commands are small, so its connection is dead by then. */
  agentUnreadBytes: 1_048_576,
  /** How long agents have to say goodbye when their gateway ends. */
  agentFarewellMs: 2_000,
  /** How long news of agents waits for company: people who watch do not see it. */
  agentNewsGatherMs: 50,
  /** News of agents that are written together. */
  agentNewsBatch: 500,
  /** Between two tries to write news of agents while the database is away. */
  agentNewsRetryMs: 1_000,
  /** News kept meanwhile, about 1 KB each; beyond it the oldest is forgotten: progress is worth less than memory. */
  agentNewsWaiting: 20_000,
  /** How long it is known which frames were written; commands are told again within minutes, never after. */
  agentFrameHours: 24,
  /** Characters of a phase of an agent's work; those that exist have nine. */
  progressPhaseLength: 64,
  /** And of its profile, as agents allow them (`wire/patchmon.md` §5.1). */
  progressNameLength: 256,
  /** And of a message or error, which people read in one line. */
  progressTextLength: 2_000,
  /** Browsers that may watch with one credential: tabs, not a load test. */
  streamsPerCredential: 20,
  /** And all together at one gateway, about 20 KB each. */
  streamsPerGateway: 2_000,
  /** Between two comment lines of a stream (`wire/patchmon.md` §5.2), and looks at whether it may go on. */
  streamCommentMs: 30_000,
  /** Bytes that a watcher may leave unread before it is dropped. */
  streamUnreadBytes: 262_144,
  /** The merged OpenAPI document is made anew when it is older: services are upgraded one by one. */
  openApiCacheMs: 60_000,
} as const;
