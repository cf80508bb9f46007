import { expect, it } from 'vitest';
import { documentBytes } from '../../test/support/fixtures.js';
import { maxFeedLineBytes } from '../limits.js';
import { readFeedLines } from './read-feed.js';

async function outcomesOf(text: string, chunkBytes?: number): Promise<string[]> {
  const outcomes: string[] = [];
  for await (const reading of readFeedLines(documentBytes(text, chunkBytes))) {
    outcomes.push(
      reading.outcome === 'refused'
        ? reading.reason
        : `${reading.outcome} ${'advisory' in reading ? reading.advisory.id : reading.id}`,
    );
  }
  return outcomes;
}

it.each([1, 3, 7, 1_000])('reads one record a line, in chunks of %d bytes', async (chunkBytes) => {
  const text = '{"id":"Ä-1"}\n\n{"id":"X-2"\n{"id":"ALBA-1"}\r\n{"id":"X-3"}';
  const expected = ['advisory Ä-1', 'a line is no JSON', 'not-a-vulnerability ALBA-1', 'advisory X-3'];
  expect(await outcomesOf(text, chunkBytes)).toEqual(expected);
});

it('passes over a line that is too long, without keeping it', async () => {
  const text = `{"id":"X-1"}\n${' '.repeat(maxFeedLineBytes + 1)}\n{"id":"X-2"}\n`;
  expect(await outcomesOf(text, 1 << 20)).toEqual([
    'advisory X-1',
    'a line is longer than 16777216 bytes',
    'advisory X-2',
  ]);
});
