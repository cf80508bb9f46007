import type { Metrics } from '@assay/telemetry';
import type { FastifyInstance } from 'fastify';
import { defaultRetryAfterSeconds } from './limits.js';
import { sendProblem } from './problem.filter.js';
import { documentOf } from './problem.js';
import type { Readiness } from './readiness.js';

export interface Operations {
  readonly readiness: Readiness;
  readonly metrics: Metrics;
  /** The OpenAPI document, made at the first request; undefined to leave the address to a controller. */
  readonly openApi?: (() => object) | undefined;
}

/** What orchestrators and collectors ask: `/livez`, `/readyz`, `/metrics`, `/openapi.json`. Open to all, with no secrets. */
export function addOperationsRoutes(instance: FastifyInstance, { readiness, metrics, openApi }: Operations): void {
  const config = { public: true };

  instance.get('/livez', { config }, async () => ({ status: 'live' }));

  instance.get('/readyz', { config }, async (_, reply) => {
    const probes = await readiness.check();
    const failing = probes.filter(({ failure }) => failure !== null);
    if (failing.length === 0) return { status: 'ready', probes: probes.map(({ name }) => name) };
    const errors = failing.map(({ name, failure }) => ({ field: name, message: failure ?? '' }));
    const detail = `Not ready: ${failing.map(({ name }) => name).join(', ')}.`;
    sendProblem(reply, documentOf(503, 'http.not-ready', detail, errors), defaultRetryAfterSeconds);
    return reply;
  });

  instance.get('/metrics', { config }, async (_, reply) =>
    reply.header('content-type', metrics.contentType).send(await metrics.text()),
  );

  if (!openApi) return;
  let document: object | undefined;
  instance.get('/openapi.json', { config }, async () => (document ??= openApi()));
}
