import type { Readable } from 'node:stream';
import type { ServiceName } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { forwardedHeaders, InternalHttp, type InternalRequest, type InternalResponse } from '@assay/service-host';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { limits } from '../limits.js';

/** Asks the service that owns a path what a caller asked us: same method, path, headers and bytes, under a signed identity. */
@Injectable()
export class ForwardRequest {
  constructor(private readonly internalHttp: InternalHttp) {}

  /** @throws AssayError `http.service-unreachable`, `http.service-timeout` */
  async execute(
    owner: ServiceName,
    request: FastifyRequest,
    principal: Principal,
    signal: AbortSignal,
  ): Promise<InternalResponse> {
    const { method, url, headers } = request;
    return this.internalHttp.request(owner, {
      method: method as InternalRequest['method'],
      path: url,
      principal,
      headers: { ...forwardedHeaders(headers), 'x-request-id': request.id },
      ...(hasBody(request) && { body: request.body as Readable }),
      ...timeoutFor(request),
      signal,
    });
  }
}

/** RFC 9112 §6: a request has a body if one of these headers says so. */
function hasBody({ headers, body }: FastifyRequest): boolean {
  const isSaid = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  return isSaid && body !== undefined && body !== null;
}

/** Who wants to wait gets the time for it. */
function timeoutFor({ query }: FastifyRequest): { timeoutMs?: number } {
  const seconds = Number((query as { wait?: unknown }).wait);
  if (!(seconds > 0)) return {};
  return { timeoutMs: Math.min(seconds, limits.maxWaitSeconds) * 1_000 + limits.proxyWaitGraceMs };
}
