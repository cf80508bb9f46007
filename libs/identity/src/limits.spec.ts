import { expect, it } from 'vitest';
import * as limits from './limits.js';

it('the limits are the ones that were decided', () => {
  expect({ ...limits }).toEqual({
    internalIdentityTtlSeconds: 60,
    internalIdentityClockToleranceSeconds: 5,
    maxCachedIdentities: 2_000,
    maxInternalIdentityBytes: 12_288,
    apiKeyRandomBytes: 32,
    derivedKeyBytes: 32,
    masterKeyMinCharacters: 32,
  });
});
