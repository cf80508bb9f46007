import { describe, expect, it } from 'vitest';
import * as limits from './limits.js';

describe('the limits of audit', () => {
  it('are what others were told', () => {
    expect({ ...limits }).toEqual({
      ENTRY_MAX_BYTES: 65_535,
      SALT_BYTES: 16,
      NOTE_MAX_BYTES: 163_840,
      NOTE_MAX_SIGNATURES: 100,
      APPEND_BATCH_EVENTS: 256,
      APPEND_GATHER_MS: 100,
      CHECKPOINT_DELAY_MS: 250,
      CHECKPOINT_SWEEP_MS: 1_000,
      REPLAY_PAGE_ENTRIES: 500,
      VERIFY_CHECKPOINTS: 2_000,
      RECEIPT_ENTRIES_MAX: 500,
      COMPLETENESS_EVERY_MS: 15_000,
      GAP_AFTER_MS: 3_600_000,
      HOURS_PER_ROUND: 50,
      FETCH_EVENTS: 100,
      ERASURE_RECORD_MS: 10_000,
      ERASURE_POLL_MS: 500,
    });
  });

  it('fit the promise of a signed head within a second', () => {
    expect(limits.CHECKPOINT_DELAY_MS).toBeLessThan(1_000);
  });
});
