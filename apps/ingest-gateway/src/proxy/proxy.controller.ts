import { Allow, Caller, type Principal } from '@assay/identity';
import { AssayError } from '@assay/kernel';
import { forwardedHeaders, RawBody } from '@assay/service-host';
import { All, Controller, Get, Patch, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ForwardRequest } from './forward-request.service.js';
import { ownerOf, pathsWithOwnPost, proxiedPaths } from './public-paths.js';

const everyMethod = proxiedPaths.flatMap((path) =>
  pathsWithOwnPost.includes(path) ? [`${path}/*`] : [path, `${path}/*`],
);

/** The public paths of the other services. Which roles may do what there, their owners check. */
@ApiExcludeController()
@Controller()
@Allow('admin', 'analyst', 'ci', 'agent', 'viewer')
export class ProxyController {
  constructor(private readonly forwardRequest: ForwardRequest) {}

  @All(everyMethod)
  @RawBody()
  async forward(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Caller() caller: Principal,
  ): Promise<void> {
    const [path = ''] = request.url.split('?', 1);
    const owner = ownerOf(path);
    if (owner === undefined)
      throw new AssayError('not-found', 'http.no-such-route', 'There is nothing at this address.');
    const left = new AbortController();
    reply.raw.once('close', () => left.abort());
    try {
      const { status, headers, body } = await this.forwardRequest.execute(owner, request, caller, left.signal);
      await reply.status(status).headers(forwardedHeaders(headers)).send(body);
    } catch (error) {
      // Who has left hears nothing more; for everybody else it is an answer.
      if (!left.signal.aborted) throw error;
    }
  }

  @Get([...pathsWithOwnPost])
  @RawBody()
  async get(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Caller() caller: Principal): Promise<void> {
    return this.forward(request, reply, caller);
  }

  @Patch([...pathsWithOwnPost])
  @RawBody()
  async patch(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Caller() caller: Principal): Promise<void> {
    return this.forward(request, reply, caller);
  }
}
