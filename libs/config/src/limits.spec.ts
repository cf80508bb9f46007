import { expect, it } from 'vitest';
import { secretsAttempts, secretsModuleTimeoutMs, secretsPauseMs, secretsTimeoutMs } from './limits.js';

it('the numbers of this package are what was decided', () => {
  expect({ secretsTimeoutMs, secretsAttempts, secretsPauseMs, secretsModuleTimeoutMs }).toEqual({
    secretsTimeoutMs: 10_000,
    secretsAttempts: 4,
    secretsPauseMs: 250,
    secretsModuleTimeoutMs: 30_000,
  });
});
