import { describe, expect, it } from 'vitest';
import type { Finding } from '@assay/contracts';
import { contentOf, diffFindings } from './diff-findings.js';
import { inRounds } from './in-rounds.js';

const found = (key: string, more: Partial<Finding> = {}) => ({
  place: key,
  finding: { key, kind: 'sast', severity: 'low', ...more } as Finding,
});
const open = (placed: ReturnType<typeof found>) => ({
  id: `id-${placed.finding.key}`,
  key: placed.finding.key,
  content: contentOf(placed),
});

describe('what a new look changes', () => {
  it('is what opened, what is gone, and what is different though it is the same finding', () => {
    const before = [open(found('stays')), open(found('goes')), open(found('worsens'))];
    const now = [found('stays'), found('worsens', { severity: 'high' }), found('new')];
    expect(diffFindings(before, now)).toEqual({
      opened: [now[2]],
      changed: [now[1]],
      ended: ['id-worsens', 'id-goes'],
      resolvedCount: 1,
    });
  });

  it('is nothing when nothing is different', () => {
    const diff = diffFindings([open(found('a'))], [found('a')]);
    expect(diff).toEqual({ opened: [], changed: [], ended: [], resolvedCount: 0 });
  });
});

it('rounds have each key once, in the order of the items', () => {
  const items = ['a1', 'b1', 'a2', 'c1', 'a3', 'b2'];
  expect(inRounds(items, (item) => item.slice(0, 1))).toEqual([['a1', 'b1', 'c1'], ['a2', 'b2'], ['a3']]);
});
