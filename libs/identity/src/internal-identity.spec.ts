import { SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { InternalIdentity } from './internal-identity.js';
import { type Principal, servicePrincipal } from './principal.js';
import { deriveKey, keyPurposes } from './secrets.js';

const internalKey = 'an internal key of a test, 32+ characters';
const start = Date.parse('2026-01-01T00:00:00Z');

const caller: Principal = {
  tenant: 'default',
  actor: 'key:0190a5b0-0000-7000-8000-000000000000',
  role: 'ci',
  platformAdmin: false,
  scope: { repositories: ['acme/*'], hosts: null },
  publisher: 'upstream',
  customers: [],
  credentialId: '0190a5b0-0000-7000-8000-000000000000',
};

function anIdentity(key = internalKey) {
  const time = { ms: start };
  return { time, identity: new InternalIdentity(key, { now: () => new Date(time.ms) }) };
}

/** A token as ours, but for what a test changes. */
function forged(change: (jwt: SignJWT) => SignJWT, header: { alg?: string; typ?: string } = {}): Promise<string> {
  const jwt = new SignJWT({ principal: caller })
    .setProtectedHeader({ alg: 'HS256', typ: 'assay-identity+jwt', ...header })
    .setIssuer('assay')
    .setAudience('assay-internal')
    .setIssuedAt(start / 1_000)
    .setExpirationTime(start / 1_000 + 60);
  return change(jwt).sign(deriveKey(internalKey, keyPurposes.internalIdentity));
}

describe('an internal identity', () => {
  it('brings the whole principal to another service with the same key', async () => {
    const token = await anIdentity().identity.sign(caller);
    expect(await anIdentity().identity.verify(token)).toEqual(caller);
  });

  it('is signed once for half its life', async () => {
    const { identity, time } = anIdentity();
    const first = await identity.sign(caller);
    time.ms += 29_000;
    expect(await identity.sign({ ...caller })).toBe(first);
    expect(await identity.sign({ ...caller, role: 'viewer' })).not.toBe(first);
    time.ms += 2_000;
    expect(await identity.sign(caller)).not.toBe(first);
  });

  it('dies after a minute and the tolerance between clocks', async () => {
    const { identity, time } = anIdentity();
    const token = await identity.sign(caller);
    time.ms = start + 64_000;
    await expect(identity.verify(token)).resolves.toEqual(caller);
    time.ms = start + 66_000;
    await expect(identity.verify(token)).rejects.toMatchObject({ kind: 'forbidden', code: 'identity.token-expired' });
  });

  it('is refused when its scope would not fit into the headers', async () => {
    const repositories = Array.from({ length: 1_000 }, (_, n) => `acme/repository-${n}`);
    await expect(anIdentity().identity.sign({ ...caller, scope: { repositories, hosts: null } })).rejects.toMatchObject(
      {
        code: 'identity.principal-too-large',
      },
    );
  });
});

describe('a foreign identity', () => {
  const { identity } = anIdentity();
  const foreign = { kind: 'forbidden', code: 'identity.token-foreign' };

  it('passes when nothing is changed, so that the refusals below mean something', async () => {
    await expect(identity.verify(await forged((jwt) => jwt))).resolves.toEqual(caller);
  });

  it.each<[string, () => Promise<string> | string]>([
    ['another key', () => anIdentity('another internal key, 32+ characters long').identity.sign(caller)],
    ['another issuer', () => forged((jwt) => jwt.setIssuer('elsewhere'))],
    ['another audience', () => forged((jwt) => jwt.setAudience('elsewhere'))],
    ['another type', () => forged((jwt) => jwt, { typ: 'JWT' })],
    ['another algorithm', () => forged((jwt) => jwt, { alg: 'HS512' })],
    ['a date in the future', () => forged((jwt) => jwt.setIssuedAt(start / 1_000 + 3_600))],
  ])('with %s is refused', async (_, make) => {
    await expect(identity.verify(await make())).rejects.toMatchObject(foreign);
  });

  it('with no signature at all (alg none) is refused', async () => {
    const token = new UnsecuredJWT({ principal: caller })
      .setIssuer('assay')
      .setAudience('assay-internal')
      .setIssuedAt(start / 1_000)
      .setExpirationTime(start / 1_000 + 60)
      .encode();
    await expect(identity.verify(token)).rejects.toMatchObject({ kind: 'forbidden' });
  });

  it('is refused when it would live longer than ours do', async () => {
    const token = await forged((jwt) =>
      jwt.setIssuedAt(start / 1_000 - 3_600).setExpirationTime(start / 1_000 + 3_600),
    );
    await expect(identity.verify(token)).rejects.toMatchObject({ code: 'identity.token-expired' });
  });

  it.each(['', 'abc', 'a.b.c', `${'x'.repeat(20)}.${'y'.repeat(20)}.${'z'.repeat(20)}`])(
    'that is no token (%s) is refused',
    async (text) => {
      await expect(identity.verify(text)).rejects.toMatchObject({
        kind: 'forbidden',
        code: 'identity.token-malformed',
      });
    },
  );

  it('with an unknown field in its principal is refused', async () => {
    const token = await anIdentity().identity.sign(servicePrincipal('scanner', 'default'));
    await expect(identity.verify(token)).resolves.toMatchObject({ actor: 'service:scanner', role: 'service' });
    const odd = new SignJWT({ principal: { ...caller, more: true } })
      .setProtectedHeader({ alg: 'HS256', typ: 'assay-identity+jwt' })
      .setIssuer('assay')
      .setAudience('assay-internal')
      .setIssuedAt(start / 1_000)
      .setExpirationTime(start / 1_000 + 60)
      .sign(deriveKey(internalKey, keyPurposes.internalIdentity));
    await expect(identity.verify(await odd)).rejects.toMatchObject({ code: 'identity.token-malformed' });
  });
});
