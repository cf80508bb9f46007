import { describe, expect, it } from 'vitest';
import { aFinding } from '../../test/builders.js';
import { diff } from './diff.js';

describe('the difference of two runs', () => {
  it('is what only one of them has, and how many both have', () => {
    const [one, two, three] = ['CVE-1', 'CVE-2', 'CVE-3'].map((id) => aFinding(id));
    expect(diff([one!, two!], [two!, three!])).toEqual({ added: [three], gone: [one], unchanged: 1 });
    expect(diff([], [])).toEqual({ added: [], gone: [], unchanged: 0 });
  });
});
