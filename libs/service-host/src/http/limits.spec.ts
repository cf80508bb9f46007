import { expect, it } from 'vitest';
import * as limits from './limits.js';

it('the limits are the ones that were decided', () => {
  expect({ ...limits }).toEqual({
    maxParsedBodyBytes: 1_048_576,
    maxParsedDepth: 32,
    maxParsedValues: 10_000,
    maxPathParameterLength: 512,
    probeTimeoutMs: 2_000,
    defaultRetryAfterSeconds: 5,
    drainTimeoutMs: 10_000,
    defaultPageSize: 50,
    maxPageSize: 500,
    maxCursorLength: 2_048,
    maxRequestIdLength: 128,
    maxReportedFields: 100,
    connectTimeoutMs: 2_000,
    responseTimeoutMs: 30_000,
    bodyIdleTimeoutMs: 60_000,
    arrivalTimeoutMs: 900_000,
    maxConnectionsPerReplica: 64,
    maxProblemBytes: 65_536,
    unreachableRetryAfterSeconds: 2,
  });
});
