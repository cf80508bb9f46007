import { expect, it } from 'vitest';
import * as limits from './limits.js';

it('the limits of the platform are what operators were told', () => {
  expect({ ...limits }).toEqual({
    readyTimeoutMs: 120_000,
    readyPollMs: 100,
    readyProbeTimeoutMs: 2_000,
    drainTimeoutMs: 35_000,
    leftoverTimeoutMs: 10_000,
    maxReplicas: 16,
  });
});
