import { expect, it } from 'vitest';
import * as limits from './limits.js';

it('keeps its limits until somebody means to change them', () => {
  expect({ ...limits }).toEqual({
    maxDepth: 64,
    maxKeysPerObject: 100_000,
    maxDocumentBytes: 536_870_912,
    maxStringBytes: 1_048_576,
    maxElementBytes: 16_777_216,
    maxCompressionRatio: 200,
    compressionRatioGraceBytes: 1_048_576,
    maxZstdWindowLog: 23,
    scanWindowBytes: 65_536,
    maxShownNameLength: 100,
    outlineDepth: 6,
    maxOutlinePaths: 2_000,
    jsonLimits: { maxDepth: 64, maxKeysPerObject: 100_000, maxDocumentBytes: 536_870_912, maxStringBytes: 1_048_576 },
  });
});
