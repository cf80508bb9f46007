import { Allow, Caller, type Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { notFound } from '../../ingest-gateway.errors.js';
import { maySeeHost } from '../hosts/agent-host.js';
import { AgentHostsStore } from '../hosts/agent-hosts.store.js';
import { ProgressStreams } from './progress-streams.service.js';

/** Not to be kept, handed on, or held back by a proxy; and the address, which may hold a token, goes nowhere else. */
const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-accel-buffering': 'no',
};

@ApiTags('dialects')
@Controller('api/v1/ws/compliance-progress')
@Allow('admin', 'analyst', 'viewer')
export class ProgressStreamController {
  constructor(
    private readonly transactions: Transactions,
    private readonly hosts: AgentHostsStore,
    private readonly streams: ProgressStreams,
  ) {}

  @Get(':apiId/stream')
  @ApiOperation({ summary: 'What an agent is doing, as server-sent events' })
  @ApiQuery({ name: 'token', required: false, description: 'A key, for browsers, which can send no header here' })
  @ApiProduces('text/event-stream')
  @ApiOkResponse({
    schema: { type: 'string' },
    description: 'Events of JSON: phase, profile_name, message, progress, …',
  })
  async stream(
    @Param('apiId') apiId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Caller() caller: Principal,
  ): Promise<void> {
    const host = await this.transactions.run(caller.tenant, (tx) => this.hosts.findByApiId(tx, apiId));
    if (host === null || !maySeeHost(caller, host)) throw notFound('hosts.unknown', 'Host not found');
    if (request.method === 'HEAD') {
      await reply.headers(streamHeaders).send();
      return;
    }
    this.streams.admit(caller);
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), ...streamHeaders });
    const end = this.streams.add(host.hostId, caller, raw);
    raw.once('close', end);
    raw.on('error', end);
  }
}
