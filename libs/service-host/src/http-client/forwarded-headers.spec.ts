import { expect, it } from 'vitest';
import { forwardedHeaders } from './forwarded-headers.js';

it('a proxied message keeps its own headers and loses those of the connection and the credentials', () => {
  const headers = forwardedHeaders({
    accept: 'application/json',
    'content-length': '12',
    'x-forwarded-for': '192.0.2.1',
    'x-many': ['a', 'b'],
    connection: 'keep-alive, X-Private',
    'x-private': '1',
    'transfer-encoding': 'chunked',
    authorization: 'Bearer secret',
    'x-api-key': 'secret',
    'x-assay-identity': 'forged',
    host: 'assay.example',
  });
  expect(headers).toEqual({
    accept: 'application/json',
    'content-length': '12',
    'x-forwarded-for': '192.0.2.1',
    'x-many': 'a, b',
  });
});
