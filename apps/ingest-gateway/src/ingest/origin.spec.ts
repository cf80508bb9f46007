import { describe, expect, it } from 'vitest';
import { originFields, originHeaders, readOrigin } from './origin.js';

describe('an origin', () => {
  it('has empty texts for provider and org, and null for what nobody said', () => {
    expect(readOrigin({ repo: 'shop', branch: '' })).toMatchObject({
      origin: { provider: '', org: '', repo: 'shop', branch: null, prId: null },
    });
  });

  it.each([
    [{ repo: 'acme/shop' }, 'acme', 'shop'],
    [{ repo: 'acme/sub/shop' }, 'acme/sub', 'shop'],
    [{ org: 'acme', repo: 'sub/shop' }, 'acme', 'sub/shop'],
    [{ repo: 'acme/' }, '', 'acme/'],
  ])('splits %j at the last slash where one field holds both', (given, org, repo) => {
    expect(readOrigin(given)).toMatchObject({ origin: { org, repo } });
  });

  it('gives its start in UTC, and takes no local time', () => {
    const reading = readOrigin({ runStartedAt: '2031-06-01T09:00:00+02:00' });
    expect(reading).toMatchObject({ origin: { runStartedAt: '2031-06-01T07:00:00.000Z' } });
    expect(readOrigin({ runStartedAt: '2031-06-01T09:00:00' })).toMatchObject({ errors: [{ field: 'runStartedAt' }] });
  });

  it('names every wrong field', () => {
    const given = { branch: 'x'.repeat(201), commitSha: 'a\u0000b', runId: '\ud800' };
    expect(readOrigin(given)).toMatchObject({
      errors: [{ field: 'branch' }, { field: 'commitSha' }, { field: 'runId' }],
    });
  });

  it('comes from headers however they are hyphenated, in UTF-8, and from nothing else', () => {
    const headers = {
      'x-assay-pr-id': '41',
      'x-assay-commitsha': 'abc',
      'x-assay-branch': Buffer.from('größe').toString('latin1'),
      'x-assay-identity': 'forged',
      repo: 'no',
    };
    expect(originHeaders(headers)).toEqual({ prId: '41', commitSha: 'abc', branch: 'größe' });
    expect(originFields({ repo: 'a', wait: '3', prId: 4 })).toEqual({ repo: 'a' });
  });
});
