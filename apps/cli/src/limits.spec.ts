import { expect, it } from 'vitest';
import { answerTimeoutMs, gateWaitSeconds } from './limits.js';

it('a call is given up later than the gateway answers it', () => {
  expect({ answerTimeoutMs, gateWaitSeconds }).toEqual({ answerTimeoutMs: 360_000, gateWaitSeconds: 300 });
});
