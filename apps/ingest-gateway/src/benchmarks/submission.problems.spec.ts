import type { FastifyRequest } from 'fastify';
import { expect, it } from 'vitest';
import { inSubmissionWords } from './submission.problems.js';

const asked = (method = 'POST', url = '/api/v1/compliance/scans') =>
  ({ method, routeOptions: { url } }) as unknown as FastifyRequest;

it.each([
  [429, { status: 429, body: { error: 'Too many scan submissions, please try again later' } }],
  [500, { status: 500, body: { error: 'Failed to save scan results' } }],
  [503, { status: 500, body: { error: 'Failed to save scan results' } }],
])('a submission that ends with %i is answered as its agents know it', (status, reply) =>
  expect(inSubmissionWords({ status }, asked())).toMatchObject(reply),
);

it('has no words for other refusals and other routes', () => {
  expect(inSubmissionWords({ status: 400 }, asked())).toBeNull();
  expect(inSubmissionWords({ status: 503 }, asked('GET'))).toBeNull();
  expect(inSubmissionWords({ status: 503 }, asked('POST', '/api/v1/ingest/xccdf'))).toBeNull();
});
