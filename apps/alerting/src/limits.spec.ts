import { describe, expect, it } from 'vitest';
import { limits } from './limits.js';

describe('the limits of alerting', () => {
  it('are these, and a change of one is a decision', () => {
    expect(limits).toEqual({
      matchBatchEvents: 200,
      ruleBookTtlMs: 5_000,
      ruleBooks: 5_000,
      judgementMaxBytes: 33_554_432,
      alertFindings: 20,
      messageFindings: 10,
      mailRecipients: 50,
      mailConnections: 4,
      gatherMatchedMs: 200,
      forgetSlice: 1_000,
      alertDetailsBytes: 8_192,
      retryDelaysMs: [5_000, 30_000, 120_000, 600_000, 3_600_000, 21_600_000, 43_200_000, 86_400_000, 86_400_000],
      retryJitter: 0.2,
      retryAfterMaxMs: 86_400_000,
      connectTimeoutMs: 5_000,
      attemptTimeoutMs: 10_000,
      claimMs: 20_000,
      channelConcurrency: 8,
      processConcurrency: 64,
      sweepMs: 1_000,
      sweepChannels: 500,
      responseBytes: 1_024,
      secretMinBytes: 24,
      secretMaxBytes: 64,
      secretBytes: 32,
      urlLength: 2_048,
      nameLength: 200,
      patternLength: 512,
      ruleChannels: 100,
      perTenant: 1_000,
    });
  });

  it('let an attempt end well before its claim does', () => {
    expect(limits.claimMs).toBeGreaterThanOrEqual(limits.attemptTimeoutMs * 2);
  });
});
