import { describe, expect, it } from 'vitest';
import { limits } from './limits.js';

describe('the limits of messaging', () => {
  it('are those that were reasoned about', () => {
    expect(limits).toEqual({
      ackWaitMs: 30_000,
      heartbeatMs: 15_000,
      handlingMs: 600_000,
      maxDeliver: 40,
      maxAckPending: 4_000,
      concurrency: 8,
      batchMessages: 256,
      prefetchPerWorker: 4,
      bugAttempts: 5,
      overtakenMs: 900_000,
      retryDelaysMs: [100, 500, 2_000, 5_000, 15_000, 30_000, 60_000],
      unavailableDelaysMs: [100, 250, 500, 1_000, 2_000, 5_000],
      publishTimeoutMs: 5_000,
      rebuildDelayMs: 250,
      duplicateWindowMs: 120_000,
      streamDays: 7,
      oldestServer: '2.9.0',
    });
  });

  it('let a heartbeat be lost before the broker delivers again', () => {
    expect(limits.heartbeatMs * 2).toBeLessThanOrEqual(limits.ackWaitMs);
  });
});
