import { createHash, createPublicKey, sign, verify } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { masterKeyFrom, openSigningKey, sealSigningKey } from './key-sealing.js';
import { generateSigningKey, keyIdOf, publicKeyPem, type SigningKey } from './signing-key.js';

const masterKey = masterKeyFrom('0123456789abcdef0123456789abcdef');
const otherMasterKey = masterKeyFrom('0123456789abcdef0123456789abcdeg');
let key: SigningKey;

beforeAll(async () => {
  key = await generateSigningKey();
});

describe('a signing key', () => {
  it('is on P-256, and its id is the digest of its public part', () => {
    expect(key.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    const der = Buffer.from(publicKeyPem(key.publicKey).replaceAll(/-----.*-----|\s/g, ''), 'base64');
    expect(key.id).toBe(createHash('sha256').update(der).digest('hex'));
    expect(keyIdOf(createPublicKey(publicKeyPem(key.publicKey)))).toBe(key.id);
  });

  it('signs the same after it was sealed and opened', () => {
    const opened = openSigningKey(sealSigningKey(key, 'acme', masterKey), key.id, 'acme', masterKey);
    const text = Buffer.from('text');
    expect(verify('sha256', text, key.publicKey, sign('sha256', text, opened.privateKey))).toBe(true);
  });

  it('lies sealed differently every time, and never in the clear', () => {
    const sealed = sealSigningKey(key, 'acme', masterKey);
    expect(sealed.equals(sealSigningKey(key, 'acme', masterKey))).toBe(false);
    const scalar = Buffer.from(key.privateKey.export({ format: 'jwk' }).d!, 'base64url');
    expect(sealed.includes(scalar)).toBe(false);
  });

  it('says so when the master key is another one', () => {
    const open = () => openSigningKey(sealSigningKey(key, 'acme', masterKey), key.id, 'acme', otherMasterKey);
    expect(open).toThrow(expect.objectContaining({ code: 'signer.master-key-wrong', kind: 'unavailable' }));
  });

  it('does not open for another tenant or another key', () => {
    const sealed = sealSigningKey(key, 'acme', masterKey);
    for (const [id, tenant] of [
      [key.id, 'globex'],
      ['0'.repeat(64), 'acme'],
    ] as const) {
      const open = () => openSigningKey(sealed, id, tenant, masterKey);
      expect(open).toThrow(expect.objectContaining({ code: 'signer.sealed-key-damaged' }));
    }
  });

  it('does not open with any byte changed or cut off', () => {
    const sealed = sealSigningKey(key, 'acme', masterKey);
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed[at]! ^= 1;
      for (const bytes of [changed, sealed.subarray(0, at)]) {
        expect(() => openSigningKey(bytes, key.id, 'acme', masterKey)).toThrow(/signing key/i);
      }
    }
  });
});

describe('the master key', () => {
  it('is refused when it is short', () => {
    expect(() => masterKeyFrom('secret')).toThrow(expect.objectContaining({ code: 'signer.master-key-too-short' }));
  });

  it('does not show itself', () => {
    expect(JSON.stringify({ masterKey }) + String(masterKey)).not.toContain('0123456789');
  });
});
