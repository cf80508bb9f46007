import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsOf, momentOf, momentOfColumns, momentOfSignal } from './moment.js';

describe('a moment', () => {
  it.each([
    ['2031-05-06T07:08:09.123456789Z', '2031-05-06T07:08:09.123456789Z'],
    ['2031-05-06T07:08:09.1234567891234Z', '2031-05-06T07:08:09.123456789Z'],
    ['2031-05-06T09:08:09.5+02:00', '2031-05-06T07:08:09.500000000Z'],
    ['2031-05-06T09:08:09 02:00', '2031-05-06T07:08:09.000000000Z'],
    ['2031-05-06T01:08:09-0600', '2031-05-06T07:08:09.000000000Z'],
    ['2031-05-06T09:08:09+02', '2031-05-06T07:08:09.000000000Z'],
    ['2031-05-06 07:08:09,25z', '2031-05-06T07:08:09.250000000Z'],
    ['2031-05-06T07:08', '2031-05-06T07:08:00.000000000Z'],
    ['2031-05-06', '2031-05-06T00:00:00.000000000Z'],
    ['2030-12-31T23:59:60Z', '2030-12-31T23:59:59.000000000Z'],
    ['2031-04-31', null],
    ['2031-13-01T00:00:00Z', null],
    ['yesterday', null],
    ['1893456000', null],
    ['', null],
  ])('%s is %s', (text, moment) => expect(momentOf(text)).toBe(moment));

  it('is compared as a time and not as text, whatever offset and precision it was written with', () => {
    const inOrder = ['2031-05-06T09:08:09.1+02:00', '2031-05-06T07:08:09.100000001Z', '2031-05-06T01:08:09.2-06:00'];
    const moments = inOrder.map((text) => momentOf(text)!);
    expect(moments.toSorted()).toEqual(moments);
    expect(inOrder.toSorted()).not.toEqual(inOrder);
  });

  it('keeps its nanoseconds where the receiver took the sender’s time, and is the receiver’s where it did not', () => {
    const at = '2031-05-06T07:08:09.123456Z';
    expect(momentOfSignal({ ts: '2031-05-06T09:08:09.123456789+02:00', at })).toBe('2031-05-06T07:08:09.123456789Z');
    expect(momentOfSignal({ ts: '2031-05-06T07:08:09.123456789', at: '2031-05-06T08:00:00.000Z' })).toBe(
      '2031-05-06T08:00:00.000000000Z',
    );
    expect(momentOfSignal({ ts: 'yesterday', at })).toBe('2031-05-06T07:08:09.123456000Z');
  });

  it('is two columns, and the same again out of them', () => {
    const moment = fc
      .tuple(fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }), fc.nat(999_999_999))
      .map(([date, ns]) => `${date.toISOString().slice(0, 20)}${String(ns).padStart(9, '0')}Z`);
    fc.assert(
      fc.property(moment, (given) => {
        const { at, nanos } = columnsOf(given);
        const asPostgres = at.replace('T', ' ').replace(/\.?0*Z$/, '+00');
        expect(momentOfColumns(asPostgres, nanos)).toBe(given);
      }),
    );
  });
});
