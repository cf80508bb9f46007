import { describe, expect, it } from 'vitest';
import { credentialRoles } from './principal.js';
import { deriveKey, equalsConstantTime, hashSecret, keyPurposes, newApiKey } from './secrets.js';

describe('an API key', () => {
  it.each(credentialRoles)('says its role (%s) and holds 43 URL-safe characters', (role) => {
    expect(newApiKey(role)).toMatch(new RegExp(`^assay_${role}_[A-Za-z0-9_-]{43}$`));
  });

  it('is never the same twice', () => {
    expect(new Set(Array.from({ length: 100 }, () => newApiKey('ci'))).size).toBe(100);
  });
});

describe('hashing a secret', () => {
  it('is HMAC-SHA256 (RFC 4231, test case 2)', () => {
    expect(hashSecret('what do ya want for nothing?', Buffer.from('Jefe'))).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  it('depends on the pepper', () => {
    expect(hashSecret('x', Buffer.from('a'))).not.toBe(hashSecret('x', Buffer.from('b')));
  });
});

describe('comparing in constant time', () => {
  it('tells equal from different, whatever the lengths', () => {
    expect(equalsConstantTime('secret', Buffer.from('secret'))).toBe(true);
    expect(equalsConstantTime('secret', 'secrets')).toBe(false);
    expect(equalsConstantTime('', 's')).toBe(false);
  });
});

describe('deriving keys', () => {
  it('gives the same 32 bytes for the same purpose, others for another', () => {
    const pepper = deriveKey('master', keyPurposes.credentialPepper);
    expect(pepper).toHaveLength(32);
    expect(deriveKey(Buffer.from('master'), keyPurposes.credentialPepper)).toEqual(pepper);
    expect(deriveKey('master', keyPurposes.internalIdentity)).not.toEqual(pepper);
    expect(deriveKey('other', keyPurposes.credentialPepper)).not.toEqual(pepper);
  });

  it('never changes: what is encrypted today must be readable after an upgrade', () => {
    expect(deriveKey('master', keyPurposes.credentialPepper).toString('hex')).toMatchInlineSnapshot(
      `"6481a26f68aeefe1539dc873a982447edce2c0f0b1818cb6c4271113c25750ec"`,
    );
    expect(Object.values(keyPurposes).toSorted()).toMatchInlineSnapshot(`
      [
        "credential-pepper",
        "internal-identity",
        "key-encryption",
        "path-token",
        "role-password",
        "session",
      ]
    `);
  });
});
