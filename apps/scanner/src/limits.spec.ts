import { expect, it } from 'vitest';
import * as limits from './limits.js';

it('the limits are these, and changing one is a decision', () => {
  expect({ ...limits }).toEqual({
    maxNameLength: 1_000,
    maxVersionLength: 300,
    maxPurlLength: 4_000,
    maxLicenseLength: 500,
    maxLicensesPerComponent: 100,
    maxWarningsPerDocument: 100,
    maxTitleLength: 1_000,
    maxAliasesPerAdvisory: 200,
    maxRememberedPackages: 20_000,
    maxFeedLineBytes: 16 * 1024 * 1024,
    reportHeadBytes: 1_024,
    maxCachedPackages: 50_000,
    maxCachedVulnerabilities: 20_000,
    maxCachedComponents: 100_000,
    maxInlineDocumentBytes: 1024 * 1024,
    parserThreads: 2,
    parserChunksInFlight: 8,
    documentsAtOnce: 4,
    importSliceRecords: 1_000,
    maxNamedRejections: 50,
    touchedPackagesPerSlice: 500,
    refreshSweepMs: 15_000,
    refreshHeartbeatMs: 10_000,
    refreshSilenceMs: 60_000,
    feedDownloadTimeoutMs: 10 * 60_000,
    maxFeedDownloadBytes: 2 * 1024 * 1024 * 1024,
    rejudgedScansPerSlice: 20,
    maxFindingsDocumentBytes: 256 * 1024 * 1024,
  });
});
