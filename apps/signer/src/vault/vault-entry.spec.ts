import { describe, expect, it } from 'vitest';
import { entryText, isImageName } from './vault-entry.js';

describe('the name of a base image', () => {
  it.each(['node', 'node:24', 'registry.example:5000/acme/base/node:24-slim', '../../etc/passwd', 'bäse image'])(
    'may be %s',
    (name) => expect(isImageName(name)).toBe(true),
  );
  it.each(['', ' ', 'node ', 'no\nde', 'no\u0000de', 'no\u200bde'])('may not be %j', (name) =>
    expect(isImageName(name)).toBe(false),
  );
});

it('no two entries of a vault are signed as the same text', () => {
  const texts = [
    { name: 'a', revision: 1, digest: 'b' },
    { name: 'a', revision: 2, digest: 'b' },
    { name: 'a","revision":1,"digest":"b"', revision: 1, digest: 'b' },
    { name: 'a', revision: 1, digest: 'c' },
  ].map((claim) => entryText(claim).toString());
  expect(new Set(texts).size).toBe(4);
});
