import { describe, expect, it } from 'vitest';
import { arrivalAt, type Reading, readSignal, type SignalDraft } from './read-signal.js';

const arrival = arrivalAt(new Date('2031-05-06T07:08:10.001Z'));
const whole = {
  signal_id: '0b7a5f0c9b1d4c33a6e2f10d8c4477aa',
  ts: '2031-05-06T07:08:09.123456789Z',
  host_id: 'mbp-finance-07',
  rule_id: 'DEMO-EXEC-004',
  rule_description: 'Interpreter started from a world-writable folder',
  status: 'open',
  severity: 'high',
  title: 'Script interpreter from shared folder',
  tags: ['execution', 'demo'],
  context: { kind: 'execution' },
};

const read = (values: object): Reading => readSignal(Buffer.from(JSON.stringify(values)), true, arrival);

function draftOf(values: object): SignalDraft {
  const reading = read({ ...whole, ...values });
  if (!('signal' in reading)) throw new Error(reading.message);
  return reading;
}

describe('a signal', () => {
  it('is what the agent says, and when it came', () => {
    const { signal, wholeContext } = draftOf({ more: 'ignored' });
    expect(signal).toMatchObject({
      signalId: whole.signal_id,
      hostId: whole.host_id,
      ruleId: whole.rule_id,
      ruleDescription: whole.rule_description,
      status: 'open',
      severity: 'high',
      title: whole.title,
      tags: whole.tags,
      ts: whole.ts,
      at: '2031-05-06T07:08:09.123456Z',
      receivedAt: '2031-05-06T07:08:10.001Z',
      context: whole.context,
      contextDocument: null,
      mended: [],
    });
    expect(wholeContext).toBeNull();
  });

  it('has the same digest with other blanks, and another with another content', () => {
    const blanks = readSignal(Buffer.from(JSON.stringify(whole, null, 2)), true, arrival) as SignalDraft;
    expect(blanks.signal.digest).toBe(draftOf({}).signal.digest);
    expect(draftOf({ title: 'other' }).signal.digest).not.toBe(draftOf({}).signal.digest);
  });

  it('keeps two long ids apart', () => {
    const long = 'x'.repeat(300);
    const [one, other] = [draftOf({ signal_id: `${long}1` }), draftOf({ signal_id: `${long}2` })].map(
      ({ signal }) => signal,
    );
    expect(one!.signalId).not.toBe(other!.signalId);
    expect([one!.signalId.length, one!.mended]).toEqual([256, ['signal_id']]);
  });

  it('counts characters as people do, not halves of them', () => {
    expect(draftOf({ title: '🍎'.repeat(512) }).signal.mended).toEqual([]);
    const { title, mended } = draftOf({ title: '🍎'.repeat(513) }).signal;
    expect([Array.from(title).length, title.endsWith('🍎…'), mended]).toEqual([512, true, ['title']]);
  });

  it('that is long in every field fits into a message', () => {
    const { signal, wholeContext } = draftOf({
      signal_id: '\u0001'.repeat(256),
      title: '\u0001'.repeat(512),
      rule_description: '\u0001'.repeat(2_000),
      tags: Array.from({ length: 50 }, () => '\u0001'.repeat(64)),
      context: { a: 'x'.repeat(40_000) },
    });
    expect(JSON.stringify(signal).length).toBeLessThan(57_344);
    expect(JSON.parse(Buffer.from(wholeContext!).toString())).toEqual({ a: 'x'.repeat(40_000) });
  });

  it.each([
    ['signal_id', undefined],
    ['host_id', ' '],
    ['rule_id', null],
    ['rule_id', {}],
  ])('without %s (%j) is none', (name, value) => {
    expect(read({ ...whole, [name]: value })).toMatchObject({ code: 'signals.incomplete' });
  });

  it('whose ids are numbers is one', () => {
    expect(draftOf({ rule_id: 7 }).signal).toMatchObject({ ruleId: '7', mended: ['rule_id'] });
  });
});
