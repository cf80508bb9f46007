import { describe, expect, it } from 'vitest';
import * as limits from './limits.js';

describe('the limits of the embedded infrastructure', () => {
  it('are what operators were told', () => {
    expect({ ...limits }).toEqual({
      firstRestartDelayMs: 500,
      longestRestartDelayMs: 15_000,
      healthyAfterMs: 60_000,
      postgresReadyTimeoutMs: 180_000,
      initdbTimeoutMs: 120_000,
      natsReadyTimeoutMs: 60_000,
      readyPollMs: 25,
      adoptedPollMs: 250,
      stopTimeoutMs: 20_000,
      killTimeoutMs: 5_000,
      postgresMaxConnections: 200,
      portRange: { first: 20_000, last: 29_999 },
      portAttempts: 50,
      logRotateBytes: 20 * 1024 * 1024,
      oldestNatsServer: { major: 2, minor: 10 },
      obtainTimeoutMs: 600_000,
      versionProbeTimeoutMs: 10_000,
      secretBytes: 32,
      natsMaxPayloadBytes: 1_048_576,
      natsMemoryStoreBytes: 67_108_864,
    });
  });

  it('keep the ports out of the range of outgoing connections (Linux: from 32768)', () => {
    expect(limits.portRange.last).toBeLessThan(32_768);
  });
});
