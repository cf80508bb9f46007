import type { Stage } from '@assay/contracts';
import { describe, expect, it } from 'vitest';
import { isWaitedFor, type ReceiptStage, stateOf } from './receipt.js';

const error = { kind: 'invalid' as const, code: 'x', message: 'no', fields: [] };

function ended(stage: Stage, failure: ReceiptStage['error'] = null): ReceiptStage {
  return { stage, service: 'test', at: new Date(0), durationMs: 1, error: failure };
}

describe('a receipt', () => {
  it('is accepted, then processing, then done, whatever the order', () => {
    expect(stateOf('sbom', [], false).status).toBe('accepted');
    expect(stateOf('sbom', [ended('attest')], false).status).toBe('processing');
    expect(stateOf('sbom', [ended('judge'), ended('attest'), ended('index')], true).status).toBe('done');
    expect(stateOf('sbom', [ended('judge'), ended('attest')], true).status).toBe('processing');
  });

  it('is not done before the verdict itself is here', () => {
    expect(stateOf('sbom', [ended('judge'), ended('attest'), ended('index')], false).status).toBe('processing');
    expect(stateOf('sbom', [], true).status).toBe('processing');
  });

  it('of VEX is done without a verdict, and without being scanned', () => {
    expect(stateOf('vex', [ended('attest')], false).status).toBe('processing');
    expect(stateOf('vex', [ended('judge'), ended('attest')], false).status).toBe('done');
    expect(stateOf('vex', [ended('judge', error), ended('attest')], false)).toEqual({ status: 'failed', error });
  });

  it('fails by a stage that is waited for, and by no other', () => {
    expect(stateOf('report', [ended('index', error), ended('attest')], false)).toEqual({ status: 'failed', error });
    const notified = [ended('notify', { ...error }), ended('index'), ended('attest'), ended('judge')];
    expect(stateOf('report', notified, true)).toEqual({ status: 'done', error: null });
    expect(isWaitedFor('report', 'judge')).toBe(true);
    expect(isWaitedFor('report', 'clock')).toBe(false);
  });
});
