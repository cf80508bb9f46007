import { describe, expect, it } from 'vitest';
import { notifyAddressPurpose, TextSeal } from './text-sealing.js';

const masterKey = '0123456789abcdef0123456789abcdef';
const seal = new TextSeal(masterKey, notifyAddressPurpose);
const address = 'https://hooks.slack.example/services/T0/B0/secret';

describe('a sealed text', () => {
  it('opens for its owner', () => {
    expect(seal.open(seal.seal(address, 'acme'), 'acme')).toBe(address);
  });

  it('is different every time, and never in the clear', () => {
    expect(seal.seal(address, 'acme')).not.toBe(seal.seal(address, 'acme'));
    expect(Buffer.from(seal.seal(address, 'acme'), 'base64url').includes('slack')).toBe(false);
  });

  it.each<[string, (sealed: string) => string]>([
    ['another owner', (sealed) => seal.open(sealed, 'globex')],
    ['another purpose', (sealed) => new TextSeal(masterKey, 'other').open(sealed, 'acme')],
    ['another master key', (sealed) => new TextSeal(`${masterKey}x`, notifyAddressPurpose).open(sealed, 'acme')],
    ['a byte changed', (sealed) => seal.open(`${sealed.slice(0, -2)}AA`, 'acme')],
    ['most of it cut off', (sealed) => seal.open(sealed.slice(0, 10), 'acme')],
    ['nothing', () => seal.open('', 'acme')],
  ])('does not open with %s', (_, open) => {
    expect(() => open(seal.seal(address, 'acme'))).toThrow(
      expect.objectContaining({ kind: 'unavailable', code: 'identity.sealed-text-unreadable' }),
    );
  });
});
