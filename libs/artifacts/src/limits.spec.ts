import { expect, it } from 'vitest';
import * as limits from './limits.js';

it('keeps its limits until somebody means to change them', () => {
  expect({ ...limits }).toEqual({
    spoolMemoryBytes: 4_194_304,
    spoolTotalMemoryBytes: 67_108_864,
    readChunkBytes: 65_536,
    maxReadChunkBytes: 1_048_576,
    writeChunkBytes: 524_288,
    s3PartBytes: 8_388_608,
    s3SilenceTimeoutMs: 30_000,
    bucketAttempts: 10,
    bucketRetryMs: 200,
    abandonedDraftMs: 21_600_000,
  });
});
