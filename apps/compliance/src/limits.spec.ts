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
      commandAnswerMs: 5_000,
      commandRetryMs: 10_000,
      commandRewriteMs: 60_000,
      commandMaxWrites: 5,
      commandStaleMs: 10_800_000,
      installMustEndMs: 1_800_000,
      installSteps: 6,
      cancelAnswerMs: 150_000,
      resultsOverdueMs: 900_000,
      commandPauseMs: 2_000,
      approveWithinMs: 86_400_000,
      commandWaitDays: 30,
      commandKeepDays: 90,
      commandTickMs: 1_000,
      commandTickRows: 200,
      commandSweepMs: 15_000,
      bulkTriggerHosts: 100,
      agentIdMaxLength: 256,
      imageNameMaxLength: 512,
      heartbeatBatchEvents: 32,
      gatherHeartbeatsMs: 250,
      horizonGapMs: 60_000,
      horizonFreshMs: 60_000,
      silenceEveryMs: 2_000,
      silenceSlice: 500,
      agentScanIntervalMinutes: 1_440,
      intervalMaxMinutes: 43_200,
      hostNamesMax: 50,
      hostNameLength: 255,
      connectionLostSeconds: 90,
    });
  });
});
