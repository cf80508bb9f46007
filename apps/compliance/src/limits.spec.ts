import { describe, expect, it } from 'vitest';
import { limits } from './limits.js';

describe('the limits of compliance', () => {
  it('are these, and a change of one is a decision', () => {
    expect(limits).toEqual({
      clockBatchEvents: 32,
      gatherClocksMs: 50,
      judgementMaxBytes: 33_554_432,
      clocksPerEvent: 100,
      clocksPerEventBytes: 49_152,
      breachEveryMs: 1_000,
      breachSlice: 500,
      policyMaxDays: 3_650,
      connectionLostSeconds: 90,
    });
  });
});
