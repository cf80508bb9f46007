import { describe, expect, it } from 'vitest';
import type { AffectedPackage, RangeEvent } from '../advisories/advisory.js';
import { affects, affectsAny } from './affects.js';
import { packageKeyOf } from './package-key.js';

/** `introduced 1.0, fixed 1.2` as events of one range. */
function range(text: string, type: 'ECOSYSTEM' | 'SEMVER' = 'SEMVER'): AffectedPackage['ranges'][number] {
  const events = text.split(', ').map((part) => {
    const [event, version] = part.split(' ');
    return { type: event, version } as RangeEvent;
  });
  return { type, events };
}

function affected(ecosystem: string, ranges: readonly string[], versions: readonly string[] = []): AffectedPackage {
  return {
    ecosystem,
    name: 'demo',
    packageKey: packageKeyOf(ecosystem, 'demo'),
    ranges: ranges.map((text) => range(text)),
    versions,
  };
}

const verdictOf = (
  ecosystem: string,
  ranges: readonly string[],
  version: string,
  versions: readonly string[] = [],
): string => {
  const { affected: isAffected, fixedVersion } = affects(affected(ecosystem, ranges, versions), version);
  return isAffected ? `affected, fixed in ${fixedVersion ?? 'nothing'}` : 'not affected';
};

describe('a version in a range', () => {
  it.each([
    ['npm', 'introduced 0, fixed 1.2.0', '1.1.9', 'affected, fixed in 1.2.0'],
    ['npm', 'introduced 0, fixed 1.2.0', '1.2.0', 'not affected'],
    ['npm', 'introduced 0, fixed 1.2.0', '1.2.0-rc.1', 'affected, fixed in 1.2.0'],
    ['npm', 'introduced 0, fixed 1.2.0, introduced 2.0.0, fixed 2.1.0', '1.5.0', 'not affected'],
    ['npm', 'introduced 0, fixed 1.2.0, introduced 2.0.0, fixed 2.1.0', '2.0.5', 'affected, fixed in 2.1.0'],
    ['npm', 'introduced 0, fixed 1.2.0, introduced 2.0.0, fixed 2.1.0', '1.0.0', 'affected, fixed in 1.2.0'],
    ['npm', 'fixed 2.1.0, introduced 2.0.0, fixed 1.2.0, introduced 0', '2.0.5', 'affected, fixed in 2.1.0'],
    ['npm', 'introduced 1.0.0, last_affected 1.0.0', '1.0.0', 'affected, fixed in nothing'],
    ['npm', 'last_affected 1.0.0, introduced 1.0.0', '1.0.1', 'not affected'],
    ['npm', 'introduced 0, fixed 1.2.0, introduced 1.2.0, fixed 1.3.0', '1.2.5', 'affected, fixed in 1.3.0'],
    ['npm', 'introduced 1.0.0, fixed 1.0.0', '1.4.0', 'not affected'],
    ['npm', 'introduced 0, limit 2.0.0', '1.9.9', 'affected, fixed in nothing'],
    ['npm', 'introduced 0, limit 2.0.0', '2.0.0', 'not affected'],
    ['npm', 'introduced 0, limit *', '9.0.0', 'affected, fixed in nothing'],
    ['Go', 'introduced 0, fixed 1.16.9', 'go1.16.9', 'not affected'],
    ['Go', 'introduced 0, fixed 1.17.0', '(devel)', 'not affected'],
    ['Go', 'introduced 0', '(devel)', 'affected, fixed in nothing'],
    ['AlmaLinux:8', 'introduced 0, fixed 0:4.14.3-28.el8', '4.14.3', 'not affected'],
    ['AlmaLinux:8', 'introduced 0, fixed 32:9.11-3.el8', '9.12-1.el8', 'affected, fixed in 32:9.11-3.el8'],
    ['Bitnami', 'introduced 7.4.0, fixed 7.4.1', '7.4.0-0', 'affected, fixed in 7.4.1'],
    ['Bitnami', 'introduced 0, last_affected 7.4.0', '7.4.0-3', 'affected, fixed in nothing'],
    ['Bitnami', 'introduced 0, fixed 7.4.0-2', '7.4.0-1', 'affected, fixed in 7.4.0-2'],
    ['Elm', 'introduced 0, fixed 1.2.0', '1.1.0', 'affected, fixed in 1.2.0'],
  ])('%s: %s holds %s: %s', (ecosystem, events, version, verdict) => {
    expect(verdictOf(ecosystem, [events], version)).toBe(verdict);
  });

  it('is affected if named one by one, and the fix is still told', () => {
    expect(verdictOf('PyPI', ['introduced 2.0, fixed 2.1'], '1.0.post1', ['1.0.post1'])).toBe('affected, fixed in 2.1');
    expect(verdictOf('Go', [], 'v1.0.0', ['1.0.0'])).toBe('affected, fixed in nothing');
    expect(verdictOf('Elm', [], 'any text', ['any text'])).toBe('affected, fixed in nothing');
  });

  it('is not affected by an order that nobody knows', () => {
    const entry: AffectedPackage = {
      ...affected('Elm', []),
      ranges: [range('introduced 0, fixed 1.2.0', 'ECOSYSTEM')],
    };
    expect(affects(entry, '1.0.0').affected).toBe(false);
  });
});

it('several entries for one package: any that affects decides, the smallest fix of those is told', () => {
  const entries = [
    affected('AlmaLinux:8', ['introduced 0, fixed 1:2-3.module_el8.5']),
    affected('AlmaLinux:8', ['introduced 0, fixed 1:2-3.module_el8.4']),
    affected('AlmaLinux:8', ['introduced 0, fixed 1:1-1']),
  ];
  expect(affectsAny(entries, '1:1-2')).toEqual({ affected: true, fixedVersion: '1:2-3.module_el8.4' });
  expect(affectsAny([], '1')).toEqual({ affected: false, fixedVersion: null });
});
