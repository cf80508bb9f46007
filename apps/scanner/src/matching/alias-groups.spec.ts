import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayIdOf, groupAliases, type AliasRecord } from './alias-groups.js';

const id = fc.constantFrom('CVE-2021-1', 'CVE-2021-2', 'GHSA-a', 'GHSA-b', 'GO-1', 'PYSEC-1', 'x_1', 'x_2');
const records = fc.array(fc.record({ id, aliases: fc.array(id, { maxLength: 3 }) }), { maxLength: 8 });

describe('alias groups', () => {
  it('join through chains and cycles', () => {
    const groups = groupAliases([
      { id: 'GO-1', aliases: ['CVE-2021-1'] },
      { id: 'GHSA-a', aliases: ['CVE-2021-1'] },
      { id: 'CYCLE-1', aliases: ['CYCLE-2'] },
      { id: 'CYCLE-2', aliases: ['CYCLE-1'] },
      { id: 'ALONE-1', aliases: [] },
    ]);
    expect(groups).toEqual([
      { displayId: 'CVE-2021-1', ids: ['CVE-2021-1', 'GHSA-a', 'GO-1'] },
      { displayId: 'ALONE-1', ids: ['ALONE-1'] },
      { displayId: 'CYCLE-1', ids: ['CYCLE-1', 'CYCLE-2'] },
    ]);
  });

  it('do not depend on the order of the records', () => {
    const property = fc.property(records, fc.infiniteStream(fc.nat()), (list, numbers) => {
      const shuffled = list.map((record) => ({ record, at: numbers.next().value })).toSorted((a, b) => a.at - b.at);
      const again = groupAliases(shuffled.map(({ record }) => record));
      return JSON.stringify(again) === JSON.stringify(groupAliases(list));
    });
    expect(fc.check(property)).toMatchObject({ failed: false });
  });

  it('part the ids: each is in one group, and with all of its aliases', () => {
    const property = fc.property(records, (list: AliasRecord[]) => {
      const groups = groupAliases(list);
      const groupOf = new Map(groups.flatMap((group) => group.ids.map((member) => [member, group] as const)));
      const ids = groups.flatMap((group) => group.ids);
      return (
        new Set(ids).size === ids.length &&
        list.every((record) => record.aliases.every((alias) => groupOf.get(alias) === groupOf.get(record.id)))
      );
    });
    expect(fc.check(property)).toMatchObject({ failed: false });
  });
});

it.each([
  [['GHSA-a', 'CVE-2021-10000', 'CVE-2021-999'], 'CVE-2021-999'],
  [['PYSEC-2', 'GHSA-a'], 'GHSA-a'],
  [['x_2', 'x_10'], 'x_2'],
  [[], ''],
])('of %j people see %s', (ids, shown) => {
  expect(displayIdOf(ids)).toBe(shown);
});
