import { createHash, createPublicKey, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { generateSigningKey, keyIdOf, publicKeyPem, signingKeyOf } from './signing-key.js';

describe('a signing key', () => {
  it('is on P-256, and its id is the digest of its public part', async () => {
    const key = await generateSigningKey();
    expect(key.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    const der = Buffer.from(publicKeyPem(key.publicKey).replaceAll(/-----.*-----|\s/g, ''), 'base64');
    expect(key.id).toBe(createHash('sha256').update(der).digest('hex'));
    expect(keyIdOf(createPublicKey(publicKeyPem(key.publicKey)))).toBe(key.id);
  });

  it('is whole again from its private part', async () => {
    const key = await generateSigningKey();
    const again = signingKeyOf(key.privateKey);
    expect(again.id).toBe(key.id);
    const text = Buffer.from('text');
    expect(verify('sha256', text, again.publicKey, sign('sha256', text, key.privateKey))).toBe(true);
  });
});
