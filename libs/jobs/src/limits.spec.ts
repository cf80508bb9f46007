import { expect, it } from 'vitest';
import { limits } from './limits.js';

it('keeps its limits until somebody means to change them', () => {
  expect(limits).toEqual({
    periodicCalendarSeconds: 15,
    periodicForwardSeconds: 5,
    periodicPollSeconds: 10,
    periodicHeartbeatSeconds: 60,
    periodicTimeoutSeconds: 7_200,
    periodicRetries: 8,
    periodicRetryDelaySeconds: 30,
    periodicRetryMaxDelaySeconds: 1_800,
    periodicKeepSeconds: 1_209_600,
    bulkSweepMs: 5_000,
    bulkMaxConcurrency: 4,
    bulkMaxAttempts: 8,
    bulkRetryDelayMs: 5_000,
    bulkRetryMaxDelayMs: 300_000,
    bulkStateBytes: 65_536,
    bulkKeepDays: 30,
    bulkForgetRows: 5_000,
    bulkPageRows: 200,
    tickerMinMs: 50,
    tickerMaxPauseMs: 30_000,
    drainMs: 20_000,
  });
});
