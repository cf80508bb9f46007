import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nameAndTag, scanners, scanTargetOf } from './scanners.js';

describe('what is scanned', () => {
  it('is a folder where there is one, by its whole path', () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-target-'));
    expect(scanTargetOf(folder)).toEqual({ kind: 'directory', name: folder });
    rmdirSync(folder);
    expect(scanTargetOf('.').name).toMatch(/^\//);
  });

  it.each(['alpine', 'alpine:3.20', 'registry.example:5000/acme/shop:1.0', 'acme/shop@sha256:0d3c'])(
    'is else an image: %s',
    (name) => expect(scanTargetOf(name)).toEqual({ kind: 'image', name }),
  );

  it.each(['--config=evil', '-o', './not/there', '/not/there', 'a b', '$(id)', ''])('is never %j', (text) => {
    expect(() => scanTargetOf(text)).toThrow(/neither a folder nor the name of an image/);
  });

  it.each([
    ['alpine', { imageName: 'alpine' }],
    ['registry.example:5000/shop', { imageName: 'registry.example:5000/shop' }],
    ['registry.example:5000/shop:1.0', { imageName: 'registry.example:5000/shop', imageTag: '1.0' }],
    ['acme/shop:1.0@sha256:0d3c', { imageName: 'acme/shop' }],
  ])('%s has name and tag', (reference, expected) => expect(nameAndTag(reference)).toEqual(expected));
});

it.each([{ kind: 'directory', name: '/a b;c' } as const, { kind: 'image', name: 'i' } as const])(
  'every scanner is told where to look in one word of its own: %j',
  (target) => {
    const told = scanners.map(({ args }) => args(target)?.filter((word) => word.endsWith(target.name)).length ?? 1);
    expect(told).toEqual(scanners.map(() => 1));
  },
);
