import { describe, expect, it } from 'vitest';
import { expiryOf, lastDayOf, maskedKey, whyRefused } from './token-key.js';

const now = new Date('2031-02-03T22:10:00Z');
const good = { kind: 'patchhound', revokedAt: null, disabledAt: null, expiresAt: null } as const;

describe('a token key', () => {
  it('says why it opens nothing, the first reason first', () => {
    expect(whyRefused(good, now)).toBeNull();
    expect(whyRefused(null, now)).toBe('Token validation: TokenKey Not Found');
    expect(whyRefused({ ...good, revokedAt: now }, now)).toBe('Token validation: TokenKey Not Found');
    expect(whyRefused({ ...good, disabledAt: now, expiresAt: now }, now)).toBe('Token validation: TokenKey Disabled');
    expect(whyRefused({ ...good, expiresAt: now }, now)).toBe('Token validation: TokenKey Expired');
  });

  it('is none if it is another kind of credential', () => {
    expect(whyRefused({ ...good, kind: 'api-key' }, now)).toBe('Token validation: TokenKey Not Found');
  });

  it('is shown by its beginning alone', () => {
    expect(maskedKey('1f0c6d9e-6a55-4a5e-9c1e-2b8f6f0a7d11')).toBe('1f0c6d9e-****-****-****-************');
  });
});

describe('the end of a token key', () => {
  it('is the end of its last day, UTC', () => {
    expect(expiryOf('0', now)).toEqual({ day: '2031-02-03', expiresAt: new Date('2031-02-04T00:00:00Z') });
    expect(expiryOf(' +30 ', now).day).toBe('2031-03-05');
    expect(expiryOf('-1', now)).toEqual({ day: '2031-02-02', expiresAt: new Date('2031-02-03T00:00:00Z') });
    expect(lastDayOf(new Date('2031-02-04T00:00:00Z'))).toBe('2031-02-03');
  });

  it.each(['', 'soon', '1.5', '1e3', '0x10', '99999999999'])('is not given by "%s"', (days) => {
    expect(() => expiryOf(days, now)).toThrow('expiration_days must be an integer');
  });

  it('is not a million years away', () => {
    expect(() => expiryOf('999999', now)).toThrow('expiration_days must be an integer of at most 36500');
  });
});
