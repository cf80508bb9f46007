import { describe, expect, it } from 'vitest';
import { isImageDigest } from './image-digest.js';

const hex = 'a1'.repeat(32);

describe("an image's digest", () => {
  it.each([
    `sha256:${hex}`,
    `app@sha256:${hex}`,
    `registry.example:5000/acme/base/node@sha256:${hex}`,
    `x@sha512:${hex}${hex}`,
  ])('is %s', (text) => expect(isImageDigest(text)).toBe(true));

  it.each([
    ['a tag', 'registry.example/app:latest'],
    ['nothing', ''],
    ['a digest with a line break', `app@sha256:${hex}\n`],
    ['a shortened digest', 'app@sha256:a1b2c3'],
    ['one of another algorithm', 'app@md5:0cc175b9c0f1b6a831c399e269772661'],
    ['a name with a blank', `my app@sha256:${hex}`],
    ['two names', `a@b@sha256:${hex}`],
    ['a name without end', `${'a'.repeat(1_024)}@sha256:${hex}`],
  ])('is not %s', (_, text) => expect(isImageDigest(text)).toBe(false));
});
