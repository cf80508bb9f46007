import { expect, it } from 'vitest';
import { readOsvRecord } from '../advisories/osv-record.js';
import { identityOf } from './package-identity.js';
import { matchAdvisory } from './match-advisory.js';

const record = {
  id: 'PYSEC-1',
  affected: [
    {
      package: { ecosystem: 'PyPI', name: 'Django' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2.0' }] }],
    },
  ],
};

function affectedBy(fields: object, purl: string): boolean {
  const reading = readOsvRecord({ ...record, ...fields });
  if (reading.outcome !== 'advisory') throw new Error(`not an advisory: ${reading.outcome}`);
  return matchAdvisory(reading.advisory, identityOf(purl)!).affected;
}

it('an advisory means the package it names, in the ecosystem’s own spelling', () => {
  expect(affectedBy({}, 'pkg:pypi/DJANGO@1.0')).toBe(true);
  expect(affectedBy({}, 'pkg:pypi/django@2.0')).toBe(false);
  expect(affectedBy({}, 'pkg:npm/django@1.0')).toBe(false);
});

it('a withdrawn advisory matches nothing, even if its date is unreadable', () => {
  expect(affectedBy({ withdrawn: '2024-01-01T00:00:00Z' }, 'pkg:pypi/django@1.0')).toBe(false);
  expect(affectedBy({ withdrawn: 'yesterday' }, 'pkg:pypi/django@1.0')).toBe(false);
  expect(affectedBy({ withdrawn: null }, 'pkg:pypi/django@1.0')).toBe(true);
});
