import type { Logger } from '@assay/telemetry';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ProblemDocument, problemMediaType, problemOf, type StatusByCode } from './problem.js';

/** An answer in the form of a dialect. */
export interface DialectReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | object;
}

export interface ProblemOptions {
  /** The status of codes that other packages throw, such as 413 for a document that is too large. */
  readonly statusByCode?: StatusByCode;
  /** The same problem as an older protocol says it, or null where the problem document stands. */
  readonly inDialect?: (problem: ProblemDocument, request: FastifyRequest) => DialectReply | null;
}

/** Answers every error of an HTTP request, Fastify's own included, with a problem document (RFC 9457). */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly log: Logger,
    private readonly options: ProblemOptions = {},
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const { document, retryAfterSeconds, errorId } = problemOf(error, this.options.statusByCode);
    if (errorId !== null) {
      this.log.error(
        { err: error, errorId, requestId: request.id, route: request.routeOptions?.url },
        'request failed',
      );
    }
    if (reply.sent || reply.raw.headersSent) {
      // A half-sent answer cannot become another one. A cut connection tells the caller that it is not whole.
      reply.raw.destroy();
      return;
    }
    const dialect = this.options.inDialect?.(document, request) ?? null;
    // Every protocol has this header; what to do with the rest is the dialect's affair.
    if (retryAfterSeconds !== null) reply.header('retry-after', String(retryAfterSeconds));
    if (dialect) void reply.status(dialect.status).headers(dialect.headers).send(dialect.body);
    else sendProblem(reply, document, retryAfterSeconds);
  }
}

/** Answers with a problem document, serialised here: a route may have set a media type or serialiser before it failed. */
export function sendProblem(reply: FastifyReply, document: ProblemDocument, retryAfterSeconds: number | null): void {
  if (retryAfterSeconds !== null) reply.header('retry-after', String(retryAfterSeconds));
  if (document.status === 401) reply.header('www-authenticate', 'Bearer realm="assay"');
  void reply.status(document.status).header('content-type', problemMediaType).serializer(JSON.stringify).send(document);
}
