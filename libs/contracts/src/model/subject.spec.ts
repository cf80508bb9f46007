import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Origin,
  originSchema,
  type Subject,
  subjectKey,
  subjectOfKey,
  subjectOfOrigin,
  subjectSchema,
} from './subject.js';

/** Names as an attacker would choose them: made of what other products use as separators. */
const name = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc
    .array(fc.constantFrom('::', ':', '/', '"', ',', '\\', '[', ']', 'a', 'PR', 'BR', ''), { maxLength: 5 })
    .map((parts) => parts.join('')),
);
const subject: fc.Arbitrary<Subject> = fc.oneof(
  fc.record({ kind: fc.constant('pr' as const), provider: name, org: name, repo: name, prId: name }),
  fc.record({ kind: fc.constant('branch' as const), provider: name, org: name, repo: name, branch: name }),
  fc.record({ kind: fc.constant('image' as const), imageName: name }),
  fc.record({ kind: fc.constant('host' as const), hostId: name }),
);

/** An origin of which nothing is known but what is given. */
function anOrigin(known: Partial<Origin>): Origin {
  const unknown = Object.fromEntries(Object.keys(originSchema.shape).map((field) => [field, null]));
  return originSchema.parse({ ...unknown, provider: '', org: '', ...known });
}

describe('the key of a subject', () => {
  it('is the same for equal subjects, in whatever order their fields stand', () => {
    const key = '["pr","github","acme","payments","7"]';
    expect(subjectKey({ kind: 'pr', provider: 'github', org: 'acme', repo: 'payments', prId: '7' })).toBe(key);
    expect(subjectKey({ prId: '7', repo: 'payments', org: 'acme', provider: 'github', kind: 'pr' })).toBe(key);
  });

  it('does not collide when a name holds the separator of somebody else', () => {
    const one = subjectKey({ kind: 'branch', provider: 'github', org: 'acme', repo: 'web::BR', branch: 'main' });
    const other = subjectKey({ kind: 'branch', provider: 'github', org: 'acme', repo: 'web', branch: 'BR::main' });
    expect(one).not.toBe(other);
  });

  it('holds the whole subject: from the key follow kind and fields', () => {
    fc.assert(
      fc.property(subject, (given) => {
        const { kind, ...fields } = given;
        expect(JSON.parse(subjectKey(given))).toEqual([kind, ...Object.values(fields)]);
      }),
    );
  });

  it('leads back to the subject', () => {
    fc.assert(
      fc.property(subject, (given) => {
        expect(subjectOfKey(subjectKey(given))).toEqual(given);
      }),
    );
  });

  it('differs for any two subjects that differ', () => {
    fc.assert(
      fc.property(subject, subject, (one, other) => {
        expect(subjectKey(one) === subjectKey(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the subject of an origin', () => {
  const everything = {
    provider: 'github',
    org: 'acme',
    repo: 'payments',
    branch: 'main',
    prId: '7',
    imageName: 'acme/api',
  };

  it('is the pull request before the branch before the image', () => {
    expect(subjectOfOrigin(anOrigin(everything))).toMatchObject({ kind: 'pr', prId: '7' });
    expect(subjectOfOrigin(anOrigin({ ...everything, prId: null }))).toMatchObject({ kind: 'branch', branch: 'main' });
    expect(subjectOfOrigin(anOrigin({ ...everything, repo: null }))).toEqual({ kind: 'image', imageName: 'acme/api' });
  });

  it('is nothing where none of them is complete', () => {
    expect(subjectOfOrigin(anOrigin({}))).toBeNull();
    expect(subjectOfOrigin(anOrigin({ repo: 'payments', commitSha: '9c1f6a0' }))).toBeNull();
    expect(subjectOfOrigin(anOrigin({ prId: '7', branch: 'main', imageTag: '1.2' }))).toBeNull();
  });

  it('leaves provider and org empty where nobody said them', () => {
    expect(subjectOfOrigin(anOrigin({ repo: 'payments', branch: 'main' }))).toEqual({
      kind: 'branch',
      provider: '',
      org: '',
      repo: 'payments',
      branch: 'main',
    });
  });

  it('names an image without its tag, so that every tag is one subject', () => {
    const tags = ['1.0', '2.0'].map((imageTag) => subjectOfOrigin(anOrigin({ imageName: 'acme/api', imageTag })));
    expect(tags[0]).toEqual(tags[1]);
  });

  it('is always well-formed', () => {
    fc.assert(
      fc.property(name, fc.option(name), fc.option(name), fc.option(name), (repo, prId, branch, imageName) => {
        const found = subjectOfOrigin(anOrigin({ repo, prId, branch, imageName }));
        expect(subjectSchema.nullable().parse(found)).toEqual(found);
      }),
    );
  });
});
