import type { IncomingMessage } from 'node:http';
import { newId } from '@assay/kernel';
import { inSpan, type Logger, type Metrics, type Span, SpanKind, withTraceparent } from '@assay/telemetry';
import { SpanStatusCode } from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { maxRequestIdLength } from './limits.js';

/** Names one request in logs and answers; a caller's own is kept. */
export const requestIdHeader = 'x-request-id';

const acceptableId = new RegExp(`^[\\w.:-]{1,${maxRequestIdLength}}$`);
/** What is counted when the caller left before the answer was whole (nginx's number for it). */
const callerLeft = 499;

/** The request's id: the caller's if it is a plain word, else a new UUIDv7. For Fastify's `genReqId`. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers[requestIdHeader];
  return typeof given === 'string' && acceptableId.test(given) ? given : newId();
}

/**
 * One span around every request, in the caller's trace if it names one; its duration by route; a line of the log at
 * debug. These hooks come first, so that whatever refuses a request is seen too.
 */
export function observeRequests(instance: FastifyInstance, { log, metrics }: { log: Logger; metrics: Metrics }): void {
  instance.addHook('onRequest', (request, reply, done) => {
    void reply.header(requestIdHeader, request.id);
    const name = `${request.method} ${routeOf(request)}`;
    const attributes = { 'http.request.method': request.method, 'http.route': routeOf(request) };
    const { traceparent } = request.headers;
    void withTraceparent(typeof traceparent === 'string' ? traceparent : undefined, () =>
      inSpan(name, attributes, (span) => untilAnswered(reply, span, done), SpanKind.SERVER),
    );
  });

  instance.addHook('onResponse', (request, reply, done) => {
    const status = statusOf(reply);
    const route = routeOf(request);
    metrics.httpRequestDuration.observe(
      { route, method: request.method, status: String(status) },
      reply.elapsedTime / 1_000,
    );
    log.debug(
      { requestId: request.id, method: request.method, route, status, durationMs: reply.elapsedTime },
      'request',
    );
    done();
  });
}

/** Goes on with the request inside of the span, and ends when its connection is done with the answer. */
function untilAnswered(reply: FastifyReply, span: Span, goOn: () => void): Promise<void> {
  return new Promise((resolve) => {
    reply.raw.once('close', () => {
      const status = statusOf(reply);
      span.setAttribute('http.response.status_code', status);
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      resolve();
    });
    goOn();
  });
}

/** The pattern and never the path itself: labels are bounded. */
function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'unmatched';
}

function statusOf(reply: FastifyReply): number {
  return reply.raw.writableFinished ? reply.statusCode : callerLeft;
}
