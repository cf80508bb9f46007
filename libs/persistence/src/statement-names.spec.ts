import { describe, expect, it } from 'vitest';
import { limits } from './limits.js';
import { StatementNames } from './statement-names.js';

describe('statement names', () => {
  it('give the same text the same name, and beyond the limit none', () => {
    const names = new StatementNames();
    expect(names.nameOf('select 1')).toBe(names.nameOf('select 1'));
    for (let i = 1; i < limits.preparedStatements; i += 1) names.nameOf(`select ${i} as n`);
    expect(names.nameOf('one too many')).toBeUndefined();
    expect(names.nameOf('select 1')).toBe('assay_0');
  });
});
