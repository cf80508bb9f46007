import { describe, expect, it } from 'vitest';
import * as limits from './limits.js';

describe('the limits of the signer', () => {
  it('are what its documents and its verifiers were told', () => {
    expect({ ...limits }).toEqual({
      PREDICATE_MAX_BYTES: 16_777_216,
      ENVELOPE_MAX_BYTES: 25_165_824,
      ENVELOPE_MAX_SIGNATURES: 16,
      BASE64_SLICE_BYTES: 49_152,
      INLINE_MAX_BYTES: 1_048_576,
      WORKER_THREADS: 2,
      ATTEST_BATCH_DOCUMENTS: 32,
      ATTEST_CONCURRENCY: 3,
      ATTEST_GATHER_MS: 50,
      OPENED_KEYS: 1_000,
      BLOB_MAX_BYTES: 536_870_912,
      CANDIDATES_MAX: 20,
      IMAGE_NAME_MAX_CHARS: 512,
      IMAGE_DIGEST_MAX_CHARS: 1_024,
      MAX_REVISION: 2_147_483_647,
      ROLE_MAX_CHARS: 100,
      VERIFY_MAX_DOCUMENTS: 100,
      VERIFY_MAX_ATTESTATIONS: 20,
      VERIFY_CONCURRENCY: 4,
      KEYS_MAX: 100,
      VERDICT_BATCH: 64,
      VERDICT_GATHER_MS: 100,
      VERDICT_MAX_BYTES: 16_777_216,
    });
  });

  it('fit each other: the largest predicate still makes a readable envelope, and slices need no padding', () => {
    expect(Math.ceil(limits.PREDICATE_MAX_BYTES / 3) * 4).toBeLessThan(limits.ENVELOPE_MAX_BYTES);
    expect(limits.BASE64_SLICE_BYTES % 3).toBe(0);
  });
});
