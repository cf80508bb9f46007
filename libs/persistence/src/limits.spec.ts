import { describe, expect, it } from 'vitest';
import { limits } from './limits.js';

describe('the limits of persistence', () => {
  it('are those that were reasoned about', () => {
    expect(limits).toEqual({
      poolConnections: 12,
      statementTimeoutMs: 60_000,
      connectTimeoutMs: 10_000,
      roleAttempts: 10,
      preparedStatements: 1_000,
      relayBatchEvents: 500,
      relaySweepMs: 1_000,
      relaySweepMinAgeMs: 1_000,
      relayAdoptAfterMs: 60_000,
      relayBacklogEvents: 20_000,
      outboxKeepDays: 14,
      sealGraceMs: 300_000,
      sealPageIds: 10_000,
      sealHoursPerTick: 24,
      inboxKeepDays: 15,
      partitionsAheadDays: 3,
      progressPerEvent: 250,
      relayMarkEveryMs: 100,
      eventBytes: 65_536,
      streamRetentionDays: 7,
    });
  });

  it('keep what a stream may still hold in the outbox, and remember longer than the outbox keeps', () => {
    expect(limits.outboxKeepDays).toBeGreaterThan(limits.streamRetentionDays);
    expect(limits.inboxKeepDays).toBeGreaterThan(limits.outboxKeepDays);
    expect(limits.sealGraceMs).toBeGreaterThan(2 * limits.statementTimeoutMs);
  });
});
