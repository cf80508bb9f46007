import { type Envelope } from '@assay/contracts';
import { describe, expect, it } from 'vitest';
import { isRecorded, recordableOf } from './recorded.js';

const event: Envelope = {
  specversion: '1.0',
  id: '019a964c-b580-7951-93df-71b2c909b32d',
  source: '/assay/case-engine',
  type: 'cases.gate.decided.v1',
  time: '2025-11-18T09:30:00.960Z',
  subject: null,
  tenant: 'acme',
  actor: 'system',
  version: 3,
  lane: 'interactive',
  correlationid: '019a964c-b580-7951-93df-71b2c909b300',
  causationid: null,
  traceparent: null,
  datacontenttype: 'application/json',
  data: { a: 1 },
};

describe('what is recorded', () => {
  it('is what its contract says, and what no contract is known of', () => {
    expect(isRecorded({ type: 'cases.gate.decided.v1' })).toBe(true);
    expect(isRecorded({ type: 'shared.receipt.progressed.v1' })).toBe(false);
    expect(isRecorded({ type: 'cases.gate.decided.v99' })).toBe(true);
  });

  it('keeps the whole event but for its way of travelling', () => {
    const { payload } = recordableOf({ ...event, traceparent: '00-1-2-03' });
    expect(payload).toEqual({
      actor: 'system',
      subject: null,
      source: '/assay/case-engine',
      version: 3,
      correlationid: event.correlationid,
      causationid: null,
      data: { a: 1 },
    });
  });

  it.each([
    ['019a964c-b580-7951-93df-71b2c909b32d', true],
    [`sha256:${'0a'.repeat(32)}`, true],
    ['f'.repeat(64), true],
    ['1842', true],
    ['acme', true],
    ['jane.doe@example.org', false],
    ['["branch","github","acme","api","feature/jane-doe"]', false],
    ['Jane Doe', false],
  ])('the subject %s is part of the leaf: %s', (subject, kept) => {
    const recordable = recordableOf({ ...event, subject });
    expect(recordable.subject).toBe(kept ? subject : null);
    expect(recordable.payload).toMatchObject({ subject });
  });

  it.each([
    ['key:019a964c-b580-7951-93df-71b2c909b32d', 'key:019a964c-b580-7951-93df-71b2c909b32d'],
    ['service:case-engine', 'service:case-engine'],
    ['user:jane.doe@example.org', 'user'],
    ['Jane Doe', 'unknown'],
  ])('of the actor %s the leaf says %s', (actor, kept) => {
    const recordable = recordableOf({ ...event, actor });
    expect(recordable.actor).toBe(kept);
    expect(recordable.payload).toMatchObject({ actor });
  });
});
