import { expect, it } from 'vitest';
import { limits } from './limits.js';

it('the numbers of the gateway are what was decided', () => {
  expect(limits).toEqual({
    groupWaitMs: 3,
    groupMaxReceipts: 256,
    groupsInFlight: 2,
    maxWaitSeconds: 300,
    secureCaseWaitSeconds: 290,
    waitRereadMs: 2_000,
    progressBatchEvents: 100,
    progressEveryMs: 50,
    idempotencyHours: 24,
    idempotencyKeyMaxLength: 255,
    credentialCacheEntries: 10_000,
    credentialCacheTtlMs: 15_000,
    unknownCredentialTtlMs: 2_000,
    credentialMaxLength: 512,
    denialsEveryMs: 60_000,
    deniedCallersRemembered: 10_000,
    outboxMaxAgeSeconds: 60,
    minFreeDiskShare: 0.05,
    intakeCheckMs: 1_000,
    intakeRetryAfterSeconds: 10,
    usageFlushMs: 1_000,
    refusedBodyPatienceMs: 5_000,
    multipartMaxParts: 32,
    multipartFieldBytes: 4_096,
    fanOutTimeoutMs: 3_000,
    rebuildTimeoutMs: 300_000,
    proxyWaitGraceMs: 10_000,
    openApiCacheMs: 60_000,
  });
});
