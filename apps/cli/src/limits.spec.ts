import { expect, it } from 'vitest';
import { answerTimeoutMs, gateWaitSeconds, scannerSaysChars, scannerTimeoutMs } from './limits.js';

it('a call is given up later than the gateway answers it', () => {
  expect({ answerTimeoutMs, gateWaitSeconds }).toEqual({ answerTimeoutMs: 360_000, gateWaitSeconds: 300 });
});

it('a scanner is waited for as long as a large image takes, and what it says is kept in part', () => {
  expect({ scannerTimeoutMs, scannerSaysChars }).toEqual({ scannerTimeoutMs: 1_800_000, scannerSaysChars: 2_000 });
});
