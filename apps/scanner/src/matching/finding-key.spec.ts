import { expect, it } from 'vitest';
import { findingKey } from './finding-key.js';

const finding = { kind: 'vulnerability', place: 'pkg:npm/lodash@4.17.4', what: 'CVE-2019-10744' } as const;

it('a finding’s key is the same for ever', () => {
  expect(findingKey(finding)).toBe('72b61a6e3192d337ea4009c4203111e67bc9d5fa43ccb2e1b9f716bcde8449a5');
});

it('differs by kind, place and group', () => {
  const keys = [
    finding,
    { ...finding, kind: 'license' as const },
    { ...finding, place: 'pkg:npm/lodash@4.17.5' },
    { ...finding, what: 'CVE-2020-8203' },
  ].map(findingKey);
  expect(new Set(keys).size).toBe(4);
});

it('does not change with the scan that found it', () => {
  const place = 'pkg:npm/lodash@4.17.4?package-id=d41d8cd98f00b204';
  expect(findingKey({ ...finding, place })).toBe(findingKey(finding));
});
