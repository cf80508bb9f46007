import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Advisory } from './advisory.js';
import { mergeAdvisories, mergeDuplicates } from './merge-advisories.js';
import { readOsvRecord } from './osv-record.js';

const lodash = {
  package: { ecosystem: 'npm', name: 'lodash' },
  ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '4.17.12' }] }],
};

function advisoryOf(record: object): Advisory {
  const reading = readOsvRecord({ id: 'X-1', affected: [lodash], ...record });
  if (reading.outcome !== 'advisory') throw new Error(`not an advisory: ${JSON.stringify(reading)}`);
  return reading.advisory;
}

describe('an OSV record', () => {
  it('becomes an advisory', () => {
    const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
    expect(
      advisoryOf({
        aliases: ['GHSA-1', 'CVE-1', 'X-1', 'CVE-1'],
        related: ['R-1'],
        upstream: ['U-1'],
        summary: 'Prototype pollution',
        published: '2019-07-10T19:45:23+02:00',
        modified: '0001-01-01T00:00:00Z',
        severity: [{ type: 'CVSS_V3', score: vector }],
      }),
    ).toEqual({
      id: 'X-1',
      aliases: ['CVE-1', 'GHSA-1'],
      related: ['R-1', 'U-1'],
      summary: 'Prototype pollution',
      description: '',
      references: [],
      published: '2019-07-10T17:45:23.000Z',
      modified: null,
      withdrawn: null,
      severity: 'critical',
      score: 9.8,
      vector,
      affected: [
        {
          ecosystem: 'npm',
          name: 'lodash',
          packageKey: 'npm/lodash',
          ranges: [
            {
              type: 'SEMVER',
              events: [
                { type: 'introduced', version: '0' },
                { type: 'fixed', version: '4.17.12' },
              ],
            },
          ],
          versions: [],
        },
      ],
    });
  });

  it.each([
    [{ severity: [{ type: 'CVSS_V3', score: 'nonsense' }], database_specific: { severity: 'MODERATE' } }, 'medium'],
    [{ affected: [{ ...lodash, severity: [{ type: 'CVSS_V2', score: 'AV:N/AC:L/Au:N/C:C/I:C/A:C' }] }] }, 'high'],
    [{ affected: [{ ...lodash, ecosystem_specific: { severity: 'Low' } }] }, 'low'],
    [{ summary: 'Important: kernel security update' }, 'high'],
    [{ id: 'MAL-2024-1' }, 'critical'],
    [{ database_specific: { severity: 7 } }, 'unknown'],
  ])('%j is of severity %s', (record, severity) => {
    expect(advisoryOf(record).severity).toBe(severity);
  });

  it.each([[null], [[]], ['text'], [{}], [{ id: '' }], [{ id: 7 }], [{ id: 'X-1', affected: 'all' }]])(
    '%j is refused with a reason',
    (record) => {
      expect(readOsvRecord(record)).toMatchObject({
        outcome: 'refused',
        reason: expect.stringMatching(/.+/) as string,
      });
    },
  );

  it('about bug fixes and enhancements of AlmaLinux is no vulnerability', () => {
    expect(readOsvRecord({ id: 'ALBA-2019:0973' }).outcome).toBe('not-a-vulnerability');
    expect(readOsvRecord({ id: 'ALEA-2019:0973' }).outcome).toBe('not-a-vulnerability');
    expect(readOsvRecord({ id: 'ALSA-2019:0973' }).outcome).toBe('advisory');
  });

  it('with odd parts is used without them, and they are named', () => {
    const affected = [
      null,
      { package: null },
      { package: { ecosystem: 'npm' } },
      { ranges: [{ type: 'GIT', events: [] }] },
      {
        ...lodash,
        versions: null,
        ranges: [{ type: 'SPIN' }, { type: 'SEMVER', events: [{ introduced: '0', fixed: '1' }, { fixed: 2 }, 'x'] }],
      },
    ];
    const reading = readOsvRecord({ id: 'X-1', aliases: null, summary: 7, details: 'First line\nsecond', affected });
    expect(reading).toMatchObject({
      outcome: 'advisory',
      problems: [
        'affected[0] is not an object',
        'affected[0] names no package',
        'affected[1] names no package',
        'affected[3] has a range of unknown type "SPIN"',
      ],
      advisory: {
        summary: 'First line',
        affected: [{ ranges: [{ events: [{ type: 'introduced' }, { type: 'fixed', version: '1' }] }] }],
      },
    });
  });

  it('is never the end of the import', () => {
    expect(fc.check(fc.property(fc.anything(), (value) => void readOsvRecord(value)))).toMatchObject({ failed: false });
    const record = fc.record({
      id: fc.string(),
      affected: fc.array(fc.anything()),
      aliases: fc.anything(),
      severity: fc.anything(),
    });
    expect(fc.check(fc.property(record, (value) => void readOsvRecord(value)))).toMatchObject({ failed: false });
  });

  it('can’t bring anything in that Postgres refuses', () => {
    expect(advisoryOf({ summary: 'a\u0000b\uD800' }).summary).toBe('a\uFFFDb\uFFFD');
  });
});

describe('two records with one id', () => {
  const older = advisoryOf({
    modified: '2024-01-01T00:00:00Z',
    aliases: ['A'],
    summary: 'old',
    database_specific: { severity: 'HIGH' },
  });
  const newer = advisoryOf({
    modified: '2024-02-01T00:00:00Z',
    aliases: ['B'],
    summary: 'new',
    affected: [{ ...lodash, package: { ecosystem: 'npm', name: 'other' } }],
  });

  it('are one advisory about all packages, in either order', () => {
    const merged = mergeAdvisories(older, newer);
    expect(mergeAdvisories(newer, older)).toEqual({ ...merged, affected: merged.affected });
    expect(merged).toMatchObject({ summary: 'new', aliases: ['A', 'B'], severity: 'high' });
    expect(merged.affected.map(({ name }) => name)).toEqual(['other', 'lodash']);
  });

  it('are withdrawn only together', () => {
    const withdrawn = { ...older, withdrawn: '2024-03-01T00:00:00.000Z' };
    expect(mergeAdvisories(withdrawn, newer).withdrawn).toBeNull();
    expect(mergeAdvisories(withdrawn, { ...newer, withdrawn: '2024-04-01T00:00:00.000Z' }).withdrawn).toBe(
      '2024-04-01T00:00:00.000Z',
    );
  });

  it('leave the others alone', () => {
    const another = { ...older, id: 'X-2' };
    expect(mergeDuplicates([older, another, newer]).map(({ id }) => id)).toEqual(['X-1', 'X-2']);
  });
});
