import type { IncomingHttpHeaders } from 'node:http';
import { invalid } from '../ingest-gateway.errors.js';
import { limits } from '../limits.js';

/** What a request with an `Idempotency-Key` is a repetition of, beside who sends it and what it carries. */
export interface Repeatable {
  readonly route: string;
  readonly key: string;
}

/** As much of a request as is looked at. */
interface ShownRequest {
  readonly headers: IncomingHttpHeaders;
  readonly method: string;
  readonly routeOptions: { readonly url?: string | undefined };
}

/** Null for a request that may not be repeated. @throws AssayError `ingest.idempotency-key-malformed` */
export function repeatableOf({ headers, method, routeOptions }: ShownRequest): Repeatable | null {
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
