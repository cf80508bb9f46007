import { describe, expect, it } from 'vitest';
import { caseKey, readEnvelope, secureCaseAnswer } from './securecase.js';

const metadata = {
  provider: 'github',
  org: 'acme',
  repo: 'api',
  branch: 'main',
  commit_sha: 'abc',
  run_id: '1',
  run_url: 'https://ci.example/1',
};
const image = { name: 'api', tag: '1', digest: 'sha256:00' };
const counts = { critical: 0, high: 1, medium: 0, low: 0, unknown: 0 };

function originWith(changes: Record<string, unknown>) {
  const reading = readEnvelope({ metadata: { ...metadata, ...changes }, image });
  if ('errors' in reading) throw new Error(JSON.stringify(reading.errors));
  return reading.origin;
}

describe('an envelope of SecureCase', () => {
  it.each([
    [41, '41'],
    ['41', '41'],
    [' +41.0 ', '41'],
    [41.0, '41'],
    [-3, '-3'],
    [0, null],
    ['0', null],
    [null, null],
    [undefined, null],
  ])('takes %j for the PR %j', (given, prId) => expect(originWith({ pr_id: given }).prId).toBe(prId));

  it('takes empty texts, and a number as the id of a run', () => {
    expect(originWith({ org: '', repo: '', branch: '', run_id: 77 })).toMatchObject({ org: '', repo: '', runId: '77' });
  });

  it('keeps slashes where they are', () => {
    expect(originWith({ repo: 'sub/api' })).toMatchObject({ org: 'acme', repo: 'sub/api' });
  });

  it('says all that is wrong at once', () => {
    const reading = readEnvelope({
      metadata: { ...metadata, org: 1, run_url: undefined, branch: 'a\u0000' },
      image: 'x',
    });
    const places = 'errors' in reading ? reading.errors.map(({ type, loc }) => [type, loc.join('.')]) : [];
    expect(places).toEqual(
      expect.arrayContaining([
        ['model_attributes_type', 'body.image'],
        ['string_type', 'body.metadata.org'],
        ['string_type', 'body.metadata.branch'],
      ]),
    );
  });

  it('may not have a key longer than 500 characters', () => {
    const long = { org: 'o'.repeat(200), repo: 'r'.repeat(200), branch: 'b'.repeat(200) };
    expect(readEnvelope({ metadata: { ...metadata, ...long }, image })).toMatchObject({
      errors: [{ type: 'string_too_long', loc: ['body', 'metadata'] }],
    });
  });
});

describe('the answer of SecureCase', () => {
  it.each([
    [{ pr_id: 41, target_branch: 'main' }, true],
    [{ pr_id: 0, target_branch: 'main' }, false],
    [{ pr_id: 41, target_branch: 'master' }, false],
    [{ pr_id: 41 }, false],
  ])('for %j has the gate %s', (given, gate) => {
    expect(secureCaseAnswer(originWith(given), counts)).toEqual({ case_status: 'OPEN', critical: 0, high: 1, gate });
  });

  it('is resolved and open for nothing worse than medium', () => {
    const origin = originWith({ pr_id: 41, target_branch: 'main' });
    expect(secureCaseAnswer(origin, { ...counts, high: 0, medium: 9 })).toMatchObject({
      case_status: 'RESOLVED',
      gate: false,
    });
  });
});

it('a case is called as SecureCase calls it', () => {
  const of = { provider: 'github', org: 'a', repo: 'r', branch: 'b' };
  expect(caseKey({ ...of, prId: 7 })).toBe('github::a::r::PR::7');
  expect(caseKey({ ...of, prId: null })).toBe('github::a::r::BR::b');
});
