import { describe, expect, it } from 'vitest';
import { AssayError, asAssayError, digestOf, isAtLeast, isDigest, isTenantSlug, isUuid, newId } from './index.js';

describe('an id', () => {
  it('is a UUIDv7 that carries its millisecond and sorts by it', () => {
    const earlier = newId(1_700_000_000_000);
    const later = newId(1_700_000_000_001);
    expect(isUuid(earlier)).toBe(true);
    expect(earlier[14]).toBe('7');
    expect(parseInt(earlier.replaceAll('-', '').slice(0, 12), 16)).toBe(1_700_000_000_000);
    expect(earlier < later).toBe(true);
  });
});

describe('a tenant slug', () => {
  it.each(['default', 'a', 'team-7'])('may be %s', (slug) => expect(isTenantSlug(slug)).toBe(true));
  it.each(['', '-a', 'a-', 'A', 'a.b', "a'b", 'a*', 'x'.repeat(64)])('may not be %s', (slug) =>
    expect(isTenantSlug(slug)).toBe(false),
  );
});

describe('a digest', () => {
  it('is the SHA-256 of FIPS 180-4', () => {
    expect(digestOf('abc')).toBe('sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(isDigest('sha256:abc')).toBe(false);
  });
});

describe('an unknown error', () => {
  it('becomes a bug and keeps its cause', () => {
    const cause = new TypeError('x is not a function');
    expect(asAssayError(cause)).toMatchObject({ kind: 'bug', cause });
    const known = new AssayError('invalid', 'a.b', 'no');
    expect(asAssayError(known)).toBe(known);
  });
});

describe('severity', () => {
  it('is at least itself and what is milder', () => {
    expect(isAtLeast('critical', 'high')).toBe(true);
    expect(isAtLeast('high', 'high')).toBe(true);
    expect(isAtLeast('medium', 'high')).toBe(false);
    expect(isAtLeast('unknown', 'low')).toBe(false);
  });
});
