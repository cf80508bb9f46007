import { describe, expect, it } from 'vitest';
import { limits } from './limits.js';

describe('the limits of case-engine', () => {
  it('are what its reasons say', () => {
    expect(limits).toEqual({
      findingsDocumentBytes: 67_108_864,
      findingsCacheBytes: 16_777_216,
      judgeConcurrency: 8,
      inlineChangeBytes: 57_344,
      providerChars: 50,
      nameChars: 200,
      textChars: 500,
      expiryTickMs: 1_000,
      expiryBatch: 100,
      casesPage: 500,
      diffFindings: 500,
      reportPackages: 50_000,
      reportRowsAtOnce: 500,
      exclusionEntries: 5_000,
      reasonChars: 2_000,
    });
  });
});
