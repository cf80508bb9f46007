import { envelopeSchema, receiptProgressedV1 } from '@assay/contracts';
import { newId } from '@assay/kernel';
import { describe, expect, it } from 'vitest';
import { limits } from './limits.js';
import { type EndedStage, progressRows } from './progress-groups.js';

const now = new Date('2031-02-03T10:00:00Z');

function ended(over: Partial<EndedStage> = {}): EndedStage {
  const progress = {
    receiptId: newId(),
    service: 'scanner',
    stage: 'index' as const,
    at: now.toISOString(),
    durationMs: 4,
  };
  return {
    progress,
    tenant: 'acme',
    lane: 'interactive',
    actor: 'system',
    causationId: null,
    traceparent: null,
    ...over,
  };
}

function eventsOf(all: readonly EndedStage[]) {
  return progressRows('scanner', all, now).map(({ envelope }) => {
    const { data, ...attributes } = envelopeSchema.parse(JSON.parse(envelope));
    return { ...attributes, data: receiptProgressedV1.schema.parse(data) };
  });
}

describe('the progress that one transaction tells', () => {
  it('is one event for all receipts, and names each once', () => {
    const all = [ended(), ended(), ended()];
    const [event, ...more] = eventsOf(all);
    expect(more).toEqual([]);
    const told = [event!.data.receiptId, ...event!.data.also!.map(({ receiptId }) => receiptId)];
    expect(told).toEqual(all.map(({ progress }) => progress.receiptId));
    expect(event!.correlationid).toBe(all[0]!.progress.receiptId);
  });

  it('says of a single receipt what it always said', () => {
    const only = ended();
    expect(eventsOf([only])[0]!.data).toEqual(only.progress);
  });

  it('never mixes tenants or lanes', () => {
    const rows = eventsOf([ended(), ended({ tenant: 'other' }), ended({ lane: 'bulk' }), ended()]);
    expect(rows.map(({ tenant, lane, data }) => [tenant, lane, 1 + (data.also?.length ?? 0)])).toEqual([
      ['acme', 'interactive', 2],
      ['other', 'interactive', 1],
      ['acme', 'bulk', 1],
    ]);
  });

  it('fits into messages, however many receipts there are', () => {
    const rows = eventsOf(Array.from({ length: limits.progressPerEvent * 2 + 1 }, () => ended()));
    expect(rows.map(({ data }) => 1 + (data.also?.length ?? 0))).toEqual([
      limits.progressPerEvent,
      limits.progressPerEvent,
      1,
    ]);
  });
});
