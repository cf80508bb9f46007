import type { Verdict } from '@assay/contracts';
import { describe, expect, it } from 'vitest';
import { verdictLines } from './verdict-lines.js';

const blocked: Verdict = {
  runId: '01900000-0000-7000-8000-000000000001',
  scanIds: [],
  caseId: 7,
  caseStatus: 'OPEN',
  gate: true,
  verdict: 'block',
  reasons: ['1 critical finding is new in this change'],
  components: 3,
  baseline: null,
  counts: { critical: 1, high: 2, medium: 0, low: 0, unknown: 0, kev: 1, excluded: 3 },
  newInThisChange: { critical: 1, high: 0, medium: 0, low: 0, unknown: 0 },
};

describe('a verdict', () => {
  it('is told with its counts and reasons', () => {
    expect(verdictLines({ file: 'bom.json', receiptId: 'r', status: 'done', result: blocked })).toEqual([
      'bom.json: BLOCK',
      '  1 critical, 2 high, 0 medium, 0 low, 0 unknown, 1 known exploited, 3 excepted',
      '  1 critical finding is new in this change',
    ]);
  });
  it('that is not there yet is a receipt', () => {
    expect(verdictLines({ file: 'bom.json', receiptId: 'r', status: 'accepted' })).toEqual([
      'bom.json: accepted, receipt r',
    ]);
  });
});
