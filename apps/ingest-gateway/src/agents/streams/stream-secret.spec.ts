import { expect, it } from 'vitest';
import { progressStreamRoute, streamSecret } from './stream-secret.js';

function secretOf(query: object, cookie?: string, url = progressStreamRoute): string | null {
  return streamSecret({ query, headers: cookie === undefined ? {} : { cookie }, routeOptions: { url } }, 10);
}

it('a browser shows its token in the query, else in the cookie, on the stream alone', () => {
  expect(secretOf({ token: 'a' }, 'token=b')).toBe('a');
  expect(secretOf({}, 'x=1; token=b; y=2')).toBe('b');
  expect(secretOf({ token: ['a', 'b'] }, 'xtoken=b')).toBeNull();
  expect(secretOf({ token: 'x'.repeat(11) })).toBeNull();
  expect(secretOf({ token: 'a' }, 'token=b', '/api/v1/cases')).toBeNull();
});
