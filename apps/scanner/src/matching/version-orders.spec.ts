import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, versionOrderOf } from './version-orders.js';

const fixtures = fileURLToPath(new URL('../../test/fixtures/versions/', import.meta.url));

/** Which ecosystem the file of that name speaks of, and how many lines all its files must have. */
const ecosystems: Readonly<Record<string, { ecosystem: string; lines: number }>> = {
  alpine: { ecosystem: 'Alpine:v3.18', lines: 557 + 9796 },
  debian: { ecosystem: 'Debian:12', lines: 22 + 10160 },
  maven: { ecosystem: 'Maven', lines: 76 + 10281 },
  nuget: { ecosystem: 'NuGet', lines: 30 },
  pypi: { ecosystem: 'PyPI', lines: 20 + 8664 },
  redhat: { ecosystem: 'AlmaLinux:8', lines: 121 },
  rubygems: { ecosystem: 'RubyGems', lines: 19 + 2916 },
  semver: { ecosystem: 'npm', lines: 55 },
};

function linesOf(name: string): string[] {
  return readdirSync(fixtures)
    .filter((file) => file.startsWith(`${name}-`))
    .flatMap((file) =>
      gunzipSync(readFileSync(fixtures + file))
        .toString('utf8')
        .split('\n'),
    )
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function parsed(line: string): { a: string; sign: string; b: string } {
  const [, a, sign, b] = /^(.+) ([<=>]) (.+)$/.exec(line)!;
  return { a: a!, sign: sign!, b: b! };
}

const signOf = (order: number): string => (order < 0 ? '<' : order > 0 ? '>' : '=');

describe.each(Object.entries(ecosystems))('the version order of %s', (name, { ecosystem, lines }) => {
  const comparisons = linesOf(name).map(parsed);

  it('agrees with the ecosystem’s own tool on every line, read both ways', () => {
    const wrong = comparisons.filter(({ a, sign, b }) => {
      const mirrored = sign === '<' ? '>' : sign === '>' ? '<' : '=';
      return signOf(compareVersions(ecosystem, a, b)) !== sign || signOf(compareVersions(ecosystem, b, a)) !== mirrored;
    });
    expect(wrong.map(({ a, sign, b }) => `${a} ${sign} ${b}`)).toEqual([]);
    expect(comparisons).toHaveLength(lines);
  });

  it('is transitive on real versions', () => {
    const order = versionOrderOf(ecosystem)!;
    const versions = [...new Set(comparisons.flatMap(({ a, b }) => [a, b]))].filter((text) => order.isVersion(text));
    const version = fc.constantFrom(...versions);
    const sortedStaysSorted = fc.property(version, version, version, (...three) => {
      const [a, b, c] = three.toSorted((x, y) => order.compare(x, y));
      return order.compare(a!, b!) <= 0 && order.compare(b!, c!) <= 0 && order.compare(a!, c!) <= 0;
    });
    expect(fc.check(sortedStaysSorted, { numRuns: 2_000 })).toMatchObject({ failed: false });
  });
});

const everyEcosystem = [
  'npm',
  'crates.io',
  'PyPI',
  'Go',
  'Maven',
  'RubyGems',
  'NuGet',
  'Debian',
  'Alpine',
  'AlmaLinux',
  'Bitnami',
];
const versionish = fc.stringMatching(/^v?[0-9]{1,3}(\.[0-9]{1,3}){0,3}([-_.~^]?(rc|alpha|p|r|beta)?[0-9]{0,2}){0,2}$/);

/**
 * Where a qualifier follows something else than a hyphen, Maven's own `ComparableVersion` goes round in a circle, and ours with it:
 * `3.post1` is before `3-rc1`, that before `3`, and that before `3.post1`.
 */
const mavenContradictsItself = /[^-a-z][a-z]/;

describe.each(everyEcosystem)('any order, here %s', (ecosystem) => {
  it('is antisymmetric, reflexive and total on any text at all', () => {
    const text = fc.oneof(versionish, fc.string({ maxLength: 20 }));
    const antisymmetric = fc.property(text, text, (a, b) => {
      const [there, back] = [compareVersions(ecosystem, a, b), compareVersions(ecosystem, b, a)];
      return Math.sign(there) + Math.sign(back) === 0 && compareVersions(ecosystem, a, a) === 0;
    });
    expect(fc.check(antisymmetric, { numRuns: 1_000 })).toMatchObject({ failed: false });
  });

  it('is transitive on what could be versions', () => {
    const order = versionOrderOf(ecosystem)!;
    const numbers = fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
    const suffix = fc.constantFrom(
      '',
      '-1',
      '-2',
      '-rc1',
      '-rc.2',
      '-alpha',
      '.beta1',
      'a1',
      '_p1',
      '_rc2',
      '-r1',
      '~1',
      '.post1',
      '.dev2',
    );
    const version = fc
      .tuple(numbers, suffix)
      .map((parts) => parts.join(''))
      .filter((text) => order.isVersion(text) && !(ecosystem === 'Maven' && mavenContradictsItself.test(text)));
    const transitive = fc.property(version, version, version, (a, b, c) => {
      const premise = order.compare(a, b) <= 0 && order.compare(b, c) <= 0;
      return !premise || order.compare(a, c) <= 0;
    });
    expect(fc.check(transitive, { numRuns: 2_000 })).toMatchObject({ failed: false });
  });
});

describe('single rules', () => {
  it.each([
    ['Go', 'v1.20.3', '=', '1.20.3'],
    ['Go', 'go1.16.9', '<', '1.16.10'],
    ['Go', 'go1.21rc2', '<', '1.21.0'],
    ['Go', 'go1.21rc2', '>', '1.21.0-0'],
    ['Go', 'v0.0.0-20220314234659-1baeb1ce4c0b', '<', '0.0.0-20220411220226-7b82a4e95df4'],
    ['Go', 'v24.0.1+incompatible', '=', '24.0.1'],
    ['Bitnami', '7.4.0-0', '=', '7.4.0'],
    ['Bitnami', '7.4.0-12', '>', '7.4.0-2'],
    ['Bitnami', '2.6.0-rc1', '<', '2.6.0'],
    ['Elm', '1.0', '<', '1.1'],
  ])('%s: %s %s %s', (ecosystem, a, sign, b) => {
    expect(signOf(compareVersions(ecosystem, a, b))).toBe(sign);
  });

  it('knows what is no version at all', () => {
    expect(versionOrderOf('Go')!.isVersion('(devel)')).toBe(false);
    expect(versionOrderOf('PyPI')!.isVersion('1.0.6-2.el8')).toBe(false);
    expect(versionOrderOf('npm')!.isVersion('latest')).toBe(false);
    expect(versionOrderOf('Elm')).toBeNull();
  });
});
