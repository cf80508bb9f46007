import type { Principal } from '@assay/identity';
import { describe, expect, it } from 'vitest';
import { CredentialCache } from './credential-cache.js';

const principal = { credentialId: 'c1' } as Principal;
const known = { principal, expiresAtMs: null };

describe('the memory for credentials', () => {
  it('believes what it knows for a while, and a refusal for less long', () => {
    const cache = new CredentialCache(10, 100, 10);
    cache.set('a', known, 0);
    cache.set('b', { principal: null, expiresAtMs: null }, 0);
    expect(cache.get('a', 99)?.principal).toBe(principal);
    expect(cache.get('b', 9)?.principal).toBeNull();
    expect([cache.get('a', 100), cache.get('b', 10)]).toEqual([undefined, undefined]);
  });

  it('knows which secrets are in use when it believes them no longer', () => {
    const cache = new CredentialCache(2, 100, 10);
    for (const hash of ['a', 'b', 'c']) cache.set(hash, known, 0);
    cache.set('c', { principal: null, expiresAtMs: null }, 50);
    expect(cache.get('b', 100)).toBeUndefined();
    expect(['a', 'b', 'c', 'd'].map((hash) => cache.wasGood(hash))).toEqual([false, true, false, false]);
  });

  it('does not outlive the credential', () => {
    const cache = new CredentialCache(10, 100, 10);
    cache.set('a', { principal, expiresAtMs: 50 }, 0);
    expect(cache.get('a', 49)?.principal).toBe(principal);
    expect(cache.get('a', 50)?.principal).toBeNull();
  });

  it('forgets what is revoked, and the least recently used when it is full', () => {
    const cache = new CredentialCache(2, 100, 10);
    cache.set('a', known, 0);
    cache.set('b', { principal: { credentialId: 'c2' } as Principal, expiresAtMs: null }, 0);
    cache.get('a', 1);
    cache.set('c', { principal: { credentialId: 'c3' } as Principal, expiresAtMs: null }, 1);
    expect(['a', 'b', 'c'].map((hash) => cache.get(hash, 2) !== undefined)).toEqual([true, false, true]);
    cache.drop('c1');
    expect(cache.get('a', 2)).toBeUndefined();
  });
});
