import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { masterKeyFrom, openPrivateKey, sealPrivateKey } from './key-sealing.js';

const masterKey = masterKeyFrom('0123456789abcdef0123456789abcdef');
const otherMasterKey = masterKeyFrom('0123456789abcdef0123456789abcdeg');
const pairs = {
  'ECDSA on P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  Ed25519: generateKeyPairSync('ed25519'),
};
const { privateKey } = pairs.Ed25519;

describe('a sealed private key', () => {
  it.each(Object.entries(pairs))('signs the same after it was opened: %s', (_, pair) => {
    const opened = openPrivateKey(
      sealPrivateKey(pair.privateKey, 'signer/acme/1', masterKey),
      'signer/acme/1',
      masterKey,
    );
    const text = Buffer.from('text');
    expect(verify(null, text, pair.publicKey, sign(null, text, opened))).toBe(true);
  });

  it('is different every time, and never in the clear', () => {
    const sealed = sealPrivateKey(privateKey, 'audit/log', masterKey);
    expect(sealed.equals(sealPrivateKey(privateKey, 'audit/log', masterKey))).toBe(false);
    expect(sealed.includes(Buffer.from(privateKey.export({ format: 'jwk' }).d!, 'base64url'))).toBe(false);
  });

  it('says so when the master key is another one', () => {
    const open = () => openPrivateKey(sealPrivateKey(privateKey, 'audit/log', masterKey), 'audit/log', otherMasterKey);
    expect(open).toThrow(expect.objectContaining({ code: 'identity.master-key-wrong', kind: 'unavailable' }));
  });

  it('does not open for another owner', () => {
    const sealed = sealPrivateKey(privateKey, 'signer/acme/1', masterKey);
    for (const owner of ['signer/globex/1', 'signer/acme/2', 'audit/acme/1']) {
      expect(() => openPrivateKey(sealed, owner, masterKey)).toThrow(
        expect.objectContaining({ code: 'identity.sealed-key-damaged' }),
      );
    }
  });

  it('does not open with any byte changed or cut off', () => {
    const sealed = sealPrivateKey(privateKey, 'audit/log', masterKey);
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed[at]! ^= 1;
      for (const bytes of [changed, sealed.subarray(0, at)]) {
        expect(() => openPrivateKey(bytes, 'audit/log', masterKey)).toThrow(/key audit\/log/);
      }
    }
  });
});

describe('the master key', () => {
  it('is refused when it is short', () => {
    expect(() => masterKeyFrom('secret')).toThrow(expect.objectContaining({ code: 'identity.master-key-too-short' }));
  });

  it('does not show itself', () => {
    expect(JSON.stringify({ masterKey }) + String(masterKey)).not.toContain('0123456789');
  });
});
