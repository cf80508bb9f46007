/** Numbers of alerting, each with its reason. Pinned by `limits.spec.ts`. */
export const limits = {
  /** Judged events taken in one transaction: under load one commit serves many, and a batch's alerts stay few. */
  matchBatchEvents: 200,
  /** How long another process may go by an old rule if the broadcast of its change was lost. */
  ruleBookTtlMs: 5_000,
  /** Tenants whose rules are kept in memory: a few KB each. The one looked at longest ago goes first. */
  ruleBooks: 5_000,
  /** A judgement that travels as an artifact may be this big: some 60,000 findings at 500 bytes. */
  judgementMaxBytes: 32 * 1024 * 1024,
  /** Findings that an alert keeps and a message shows; the rest is a number. 20 of them are about 6 KB. */
  alertFindings: 20,
  /** Findings that a message for people shows: more is not read there. Webhooks get all that the alert keeps. */
  messageFindings: 10,
  /** Addresses of one channel of mail. */
  mailRecipients: 50,
  /** Connections to the mail server: a relay takes several mails over one. */
  mailConnections: 4,
  /** How long events that alerts may follow from wait for company under load: far below the seconds in which people hear. */
  gatherMatchedMs: 200,
  /** Alerts that one statement forgets, with their deliveries: some 10 ms of work. */
  forgetSlice: 1_000,
  /** Details of events that speak of no findings, as JSON; longer ones are left out of the message. */
  alertDetailsBytes: 8 * 1024,
  /** Delays before attempts 2, 3, …: quick for a receiver that restarts, and more than three days before we give up. */
  retryDelaysMs: [5_000, 30_000, 120_000, 600_000, 3_600_000, 21_600_000, 43_200_000, 86_400_000, 86_400_000],
  /** Each delay is changed by up to this share, so that what failed together does not come back together. */
  retryJitter: 0.2,
  /** The most that a receiver's `Retry-After` can put an attempt off. */
  retryAfterMaxMs: 86_400_000,
  /** Time for a TCP and TLS handshake with a receiver. */
  connectTimeoutMs: 5_000,
  /** One attempt in all, from name to last byte; Standard Webhooks advises 15 to 30 s, and we retry anyway. */
  attemptTimeoutMs: 10_000,
  /** A claimed delivery belongs to its process this long: an attempt, and as long again to write down what came of it. */
  claimMs: 20_000,
  /** Attempts at once to one channel: a slow receiver is not flooded, and a fast one still gets hundreds a second. */
  channelConcurrency: 8,
  /** Attempts at once in one process. */
  processConcurrency: 64,
  /** How often deliveries that are due again, or that a dead process had claimed, are looked for: one indexed probe. */
  sweepMs: 1_000,
  /** Channels that one sweep wakes. */
  sweepChannels: 500,
  /** Of a receiver's answer this much is read, and kept for the person who wonders why it refused. */
  responseBytes: 1_024,
  /** Fewest and most bytes of a webhook secret (Standard Webhooks, "Signature scheme"). */
  secretMinBytes: 24,
  secretMaxBytes: 64,
  /** Bytes of a secret that we make. */
  secretBytes: 32,
  /** Longest address of a receiver; what browsers and proxies agree on. */
  urlLength: 2_048,
  /** Names of rules, channels and silences. */
  nameLength: 200,
  /** Patterns of repositories, images and hosts. */
  patternLength: 512,
  /** Channels that one rule names; no channel means all. */
  ruleChannels: 100,
  /** Rules, channels, silences per tenant: they are all read when the rules are. */
  perTenant: 1_000,
} as const;
