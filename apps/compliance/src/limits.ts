/** Numbers of compliance, each with its reason. Pinned by `limits.spec.ts`. */
export const limits = {
  /** Judgements taken in one transaction: 32 of 20 findings are one statement of 640 rows. */
  clockBatchEvents: 32,
  /** How long a batch waits for company under load: clocks run for days. */
  gatherClocksMs: 50,
  /** A judgement that travels as an artifact may be this big: some 60,000 findings at 500 bytes. */
  judgementMaxBytes: 32 * 1024 * 1024,
  /** Clocks that one event names; at about 300 bytes each they stay well below the 64 KiB of a message. */
  clocksPerEvent: 100,
  /** And never more than this, whatever the ids of rules are: room for the envelope stays. */
  clocksPerEventBytes: 48 * 1024,
  /** How often clocks that ran out are looked for: one indexed probe. */
  breachEveryMs: 1_000,
  /** Clocks marked in one transaction: each is an event, and the outbox takes thousands a second. */
  breachSlice: 500,
  /** Longest time that a policy can give, in days: ten years. */
  policyMaxDays: 3_650,
  /** A socket that no gateway spoke of for this long is gone: gateways do so every 30 s, and agents ping as often. */
  connectionLostSeconds: 90,
} as const;
