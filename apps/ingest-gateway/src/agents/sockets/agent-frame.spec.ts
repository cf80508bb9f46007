import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText, readProgressFrame } from './agent-frame.js';

const frame = (fields: object) => JSON.stringify({ type: 'compliance_scan_progress', ...fields });

/** Any UTF-16 units, halves of pairs included. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0xff_ff }), { maxLength: 40 })
  .map((units) => String.fromCharCode(...units));

describe('a progress frame', () => {
  it('is read as agents send it', () => {
    const sent = {
      phase: 'parsing',
      profile_name: 'level1_server',
      message: 'Parsing results',
      progress: 80,
      error: '',
    };
    expect(readProgressFrame(frame({ ...sent, timestamp: '2031-05-06T07:08:09Z' }))).toEqual({
      phase: 'parsing',
      profileName: 'level1_server',
      message: 'Parsing results',
      progress: 80,
      error: null,
    });
  });

  it.each([
    ['an unknown type', '{"type":"docker_status"}'],
    ['no type', '{"phase":"started"}'],
    ['no phase', frame({})],
    ['a phase that is no text', frame({ phase: 7 })],
    ['no object', '7'],
    ['null', 'null'],
    ['no JSON', '{"type":'],
    ['nothing', ''],
  ])('is not made of %s', (_, text) => expect(readProgressFrame(text)).toBeNull());

  it('keeps progress between 0 and 100, and nothing that is no number', () => {
    const progressOf = (progress: unknown) => readProgressFrame(frame({ phase: 'p', progress }))?.progress;
    expect([-1, 101, 42.5, '50', null].map(progressOf)).toEqual([0, 100, 42.5, null, null]);
  });

  it('never throws, whatever a host sends', () => {
    fc.assert(fc.property(anyText, (text) => readProgressFrame(text) === null));
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 2 }), (value) => {
        expect(() => readProgressFrame(frame({ phase: value, error: value }))).not.toThrow();
      }),
    );
  });
});

describe('text from a host', () => {
  it('is one line without characters that nobody sees', () =>
    expect(cleanText('  a\r\n\u0000b\u202Ec\u2028d\u0085 ', 100)).toBe('a b c d'));

  it('is cut between characters', () => expect(cleanText('ab\u{1F600}', 3)).toBe('ab'));

  it('is bounded and well formed', () => {
    fc.assert(
      fc.property(anyText, (value) => {
        const text = cleanText(value, 10) ?? '';
        expect(text.length).toBeLessThanOrEqual(10);
        expect(text.isWellFormed()).toBe(true);
        expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
    );
  });
});
