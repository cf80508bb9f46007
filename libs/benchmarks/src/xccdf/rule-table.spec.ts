import { expect, it } from 'vitest';
import { RuleTable } from './rule-table.js';

it('knows the status of each of many rules', () => {
  const table = new RuleTable();
  for (let rule = 0; rule < 5_000; rule++) table.set(`rule ${rule}`, rule % 3 === 0 ? 'fail' : 'pass');
  table.set('rule 1', 'warn');
  expect([table.size, table.statusOf('rule 1'), table.statusOf('rule 2'), table.statusOf('rule 4998')]).toEqual([
    5_000,
    'warn',
    'pass',
    'fail',
  ]);
  expect(table.statusOf('rule 5000')).toBeUndefined();
});

it('hands on each text once, and of each rule the result that counts', () => {
  const table = new RuleTable();
  table.set('r', 'fail');
  expect([table.takeText('r'), table.takeText('r'), table.takeText('s')]).toEqual([true, false, false]);
  expect([table.takeResult('r', 'pass'), table.takeResult('r', 'fail'), table.takeResult('r', 'fail')]).toEqual([
    false,
    true,
    false,
  ]);
  const again = new RuleTable(table.data);
  expect(again.takeText('r')).toBe(false);
});

it('each reader has marks of its own', () => {
  const table = new RuleTable();
  table.set('r', 'fail');
  const { data } = table;
  expect([new RuleTable(data).takeText('r'), new RuleTable(data).takeText('r')]).toEqual([true, true]);
});
