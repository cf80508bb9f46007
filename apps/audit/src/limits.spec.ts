import { describe, expect, it } from 'vitest';
import { ENTRY_MAX_BYTES, NOTE_MAX_BYTES, NOTE_MAX_SIGNATURES, SALT_BYTES } from './limits.js';

describe('the limits of the audit log', () => {
  it('are what its formats and its readers were told', () => {
    expect({ ENTRY_MAX_BYTES, SALT_BYTES, NOTE_MAX_BYTES, NOTE_MAX_SIGNATURES }).toEqual({
      ENTRY_MAX_BYTES: 0xff_ff,
      SALT_BYTES: 16,
      NOTE_MAX_BYTES: 160 * 1024,
      NOTE_MAX_SIGNATURES: 100,
    });
  });
});
