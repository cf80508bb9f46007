import { expect, it } from 'vitest';
import * as limits from './limits.js';

it('are what they were decided to be', () =>
  expect({ ...limits }).toEqual({
    maxTextLength: 65_536,
    maxLineLength: 512,
    maxRuleRefLength: 256,
    maxReferencesPerRule: 200,
    maxNotes: 20,
    maxResultsPerScan: 2_000_000,
    maxScansPerDocument: 64,
    maxWholeDocumentBytes: 33_554_432,
    batchSize: 200,
    maxXmlAttributes: 256,
    maxRememberedNames: 20_000,
    maxRememberedLength: 4_194_304,
    maxValueLength: 4_096,
    maxInlineDocumentBytes: 1_048_576,
    readerThreads: 2,
    idleThreadMs: 30_000,
    chunksInFlight: 8,
    batchesInFlight: 4,
  }));
