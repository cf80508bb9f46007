import type { Principal, Scope } from '@assay/identity';
import { describe, expect, it } from 'vitest';
import { everything, isGood, mayGrant } from './credential.js';

function maker(repositories: string[] | null, platformAdmin = false): Principal {
  return {
    tenant: 'acme',
    actor: 'key:1',
    role: 'admin',
    platformAdmin,
    scope: { repositories, hosts: null },
    publisher: null,
    customers: [],
    credentialId: null,
  };
}

const only = (...repositories: string[]): Scope => ({ repositories, hosts: null });

describe('a credential', () => {
  const now = new Date('2031-01-01T00:00:00Z');

  it('opens nothing from its expiry on, or once it is revoked or switched off', () => {
    const good = { expiresAt: null, revokedAt: null, disabledAt: null };
    expect(isGood(good, now)).toBe(true);
    expect(isGood({ ...good, expiresAt: now }, now)).toBe(false);
    expect(isGood({ ...good, revokedAt: now }, now)).toBe(false);
    expect(isGood({ ...good, disabledAt: now }, now)).toBe(false);
  });
});

describe('a new key', () => {
  it.each([
    [null, everything, true],
    [null, only('a/b'), true],
    [['acme/*'], everything, false],
    [['acme/*'], only('acme/*'), true],
    [['acme/*'], only('acme/shop'), true],
    [['acme/*'], only('acme/**'), false],
    [['acme/*'], only('other/shop', 'acme/shop'), false],
    [['acme/*'], only(), true],
  ])('of a maker limited to %j may have %j: %s', (repositories, scope, may) => {
    expect(mayGrant(maker(repositories), { platformAdmin: false, scope })).toBe(may);
  });

  it('administers the platform only if its maker does', () => {
    expect(mayGrant(maker(null), { platformAdmin: true, scope: everything })).toBe(false);
    expect(mayGrant(maker(null, true), { platformAdmin: true, scope: everything })).toBe(true);
  });
});
