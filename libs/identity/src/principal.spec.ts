import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayActOnHost, mayActOnRepository, type Principal, type Scope, servicePrincipal } from './principal.js';
import { matchesRepository } from './repository-pattern.js';

const limitedTo = (scope: Partial<Scope>): Principal => ({
  ...servicePrincipal('scanner', 'default'),
  scope: { repositories: null, hosts: null, ...scope },
});

describe('a repository pattern', () => {
  it.each([
    ['acme/api', 'acme/api', true],
    ['acme/api', 'acme/API', false],
    ['acme/api', 'acme/api2', false],
    ['acme/*', 'acme/api', true],
    ['acme/*', 'acme/team/api', false],
    ['acme/**', 'acme/team/api', true],
    ['acme/**', 'acme2/api', false],
    ['**/api', 'acme/team/api', true],
    ['**', 'anything/at/all', true],
    ['*/api-*', 'acme/api-gateway', true],
    ['*/a*b*c', 'x/aabbc', true],
    ['*/a*b*c', 'x/aabbd', false],
    ['acme/a.i', 'acme/api', false],
    ['', 'acme/api', false],
  ])('%s on %s: %s', (pattern, name, expected) => {
    expect(matchesRepository(pattern, name)).toBe(expected);
  });

  it('always matches itself where it has no wildcard', () => {
    const literal = string().map((text) => text.replaceAll('*', ''));
    assert(
      property(literal, (name) => {
        expect(matchesRepository(name, name)).toBe(true);
      }),
    );
  });

  it('answers at once where a regular expression would go back for ever', () => {
    expect(matchesRepository(`${'a*'.repeat(60)}b`, 'a'.repeat(5_000))).toBe(false);
  });
});

describe('a scope', () => {
  it('of null allows everything, an empty one nothing', () => {
    expect(mayActOnRepository(limitedTo({}), 'acme', 'api')).toBe(true);
    expect(mayActOnRepository(limitedTo({ repositories: [] }), 'acme', 'api')).toBe(false);
    expect(mayActOnHost(limitedTo({}), 'host-1')).toBe(true);
    expect(mayActOnHost(limitedTo({ hosts: [] }), 'host-1')).toBe(false);
  });

  it('names hosts exactly, and a repository without organisation by its name', () => {
    expect(mayActOnHost(limitedTo({ hosts: ['host-1'] }), 'host-1')).toBe(true);
    expect(mayActOnHost(limitedTo({ hosts: ['host-1'] }), 'host-10')).toBe(false);
    expect(mayActOnRepository(limitedTo({ repositories: ['api'] }), '', 'api')).toBe(true);
  });
});
