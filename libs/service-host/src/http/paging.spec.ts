import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { decodeCursor, encodeCursor, pageOf } from './paging.js';

const keys = z.tuple([z.number(), z.string()]);

describe('a cursor', () => {
  it('gives the sort keys back', () => {
    expect(decodeCursor(encodeCursor([7, 'ä/b']), keys)).toEqual([7, 'ä/b']);
  });

  it.each(['', 'x', '%%%', encodeCursor({ n: 1 }), encodeCursor(['7', 'a'])])(
    'that is not ours is refused: %s',
    (text) => {
      expect(() => decodeCursor(text, keys)).toThrow(
        expect.objectContaining({ kind: 'invalid', code: 'http.malformed-cursor', fields: [expect.anything()] }),
      );
    },
  );
});

describe('a page', () => {
  it('points to the next one while there is a row too many', () => {
    const page = pageOf([1, 2, 3], 2, (row) => [row, '']);
    expect(page.items).toEqual([1, 2]);
    expect(decodeCursor(page.nextCursor ?? '', keys)).toEqual([2, '']);
  });

  it('is the last one otherwise', () => {
    expect(pageOf([1, 2], 2, (row) => row)).toEqual({ items: [1, 2], nextCursor: null });
    expect(pageOf([], 2, (row) => row)).toEqual({ items: [], nextCursor: null });
  });
});
