import { deriveKey, keyPurposes } from '@assay/identity';
import { decodeJwt, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { PathTokens } from './path-token.js';

const masterKey = '0123456789abcdef0123456789abcdef';
const tokens = new PathTokens({ masterKey, days: 30 });
const claims = { organization: 'acme', current_repo: 'acme_shop', timestamp: '20310203_101500' };
const invalid = expect.objectContaining({ kind: 'not-found', message: 'invalid jwt token' });

function forged(change: (jwt: SignJWT) => SignJWT, header: { alg?: string; typ?: string } = {}): Promise<string> {
  const jwt = new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'assay-path+jwt', ...header })
    .setIssuedAt()
    .setExpirationTime('1 day')
    .setJti('1');
  return change(jwt).sign(deriveKey(masterKey, keyPurposes.pathToken));
}

describe('a path token', () => {
  it('says to its organization which run it leads to, and has an end', async () => {
    const token = await tokens.sign(claims);
    expect(await tokens.read(token, 'acme')).toEqual(claims);
    const { iat = 0, exp = 0, jti } = decodeJwt(token);
    expect([exp - iat, typeof jti]).toEqual([30 * 86_400, 'string']);
  });

  it('opens nothing for another organization', async () => {
    await expect(tokens.read(await tokens.sign(claims), 'globex')).rejects.toEqual(invalid);
  });

  it('passes when nothing is forged, so that the refusals below mean something', async () => {
    await expect(tokens.read(await forged((jwt) => jwt), 'acme')).resolves.toEqual(claims);
  });

  it.each<[string, () => Promise<string> | string]>([
    ['has ended', () => forged((jwt) => jwt.setExpirationTime(Math.floor(Date.now() / 1_000) - 1))],
    [
      'never ends',
      async () =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS256', typ: 'assay-path+jwt' })
          .setIssuedAt()
          .setJti('1')
          .sign(deriveKey(masterKey, keyPurposes.pathToken)),
    ],
    ['has another type', () => forged((jwt) => jwt, { typ: 'JWT' })],
    ['has another algorithm', () => forged((jwt) => jwt, { alg: 'HS512' })],
    ['is of another installation', () => new PathTokens({ masterKey: `${masterKey}x`, days: 1 }).sign(claims)],
    ['has no signature', () => new UnsecuredJWT(claims).setIssuedAt().setExpirationTime('1 day').setJti('1').encode()],
    ['is none', () => 'a.b.c'],
    ['is nothing', () => ''],
  ])('that %s opens nothing', async (_, make) => {
    await expect(tokens.read(await make(), 'acme')).rejects.toEqual(invalid);
  });
});
