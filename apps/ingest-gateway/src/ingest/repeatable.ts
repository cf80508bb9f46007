import type { FastifyRequest } from 'fastify';
import { invalid } from '../ingest-gateway.errors.js';
import { limits } from '../limits.js';

/** What a request with an `Idempotency-Key` is a repetition of, beside who sends it and what it carries. */
export interface Repeatable {
  readonly route: string;
  readonly key: string;
}

/** Null for a request that may not be repeated. @throws AssayError `ingest.idempotency-key-malformed` */
export function repeatableOf({
  headers,
  method,
  routeOptions,
}: Pick<FastifyRequest, 'headers' | 'method' | 'routeOptions'>): Repeatable | null {
  const key = headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key !== 'string' || key.length === 0 || key.length > limits.idempotencyKeyMaxLength) {
    const message = `must have 1 to ${limits.idempotencyKeyMaxLength} characters`;
    throw invalid('ingest.idempotency-key-malformed', `The Idempotency-Key ${message}.`, [
      { field: 'Idempotency-Key', message },
    ]);
  }
  return { route: `${method} ${routeOptions.url}`, key };
}
