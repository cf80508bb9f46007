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
  });
});
