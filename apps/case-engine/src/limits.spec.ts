import { describe, expect, it } from 'vitest';
import { limits } from './limits.js';

describe('the limits of case-engine', () => {
  it('are what its reasons say', () => {
    expect(limits).toEqual({
      findingsDocumentBytes: 67_108_864,
      findingsCacheBytes: 16_777_216,
      judgeBatch: 64,
      judgeConcurrency: 2,
      judgedAtOnceBytes: 16_777_216,
      ciExclusionsBytes: 4_194_304,
      ciExclusionsKept: 200,
      inlineBasisBytes: 49_152,
      surelyInlineParts: 20,
      inlineChangeBytes: 57_344,
      providerChars: 50,
      nameChars: 200,
      textChars: 500,
      expiryTickMs: 1_000,
      expiryBatch: 100,
      casesPage: 500,
      diffFindings: 500,
      reportPackages: 50_000,
      pdfRows: 2_000,
      pdfPackageRows: 5_000,
      pdfCellLines: 24,
      pdfKeptWidths: 50_000,
      reportRowsAtOnce: 500,
      vexDocumentBytes: 16_777_216,
      vexStatements: 20_000,
      vexWarnings: 50,
      casesRedecidedAtOnce: 100,
      exclusionEntries: 5_000,
      teams: 500,
      teamEntries: 100,
      staleAfterDays: 30,
      staleAfterMostDays: 3_650,
      staleBatch: 100,
      neighbourRuns: 1_000,
      reasonChars: 2_000,
    });
  });
});
