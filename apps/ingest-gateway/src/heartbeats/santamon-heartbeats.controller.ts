import { Allow, Caller, mayActOnHost, type Principal } from '@assay/identity';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Admission } from '../ingest/admission.service.js';
import { forbidden } from '../ingest-gateway.errors.js';
import { Heartbeats } from './heartbeats.service.js';
import { readSantamonHeartbeat } from './santamon-heartbeat.js';

const heartbeatSchema = {
  type: 'object',
  required: ['agent_id', 'timestamp', 'version', 'os_version'],
  additionalProperties: true,
  properties: {
    agent_id: { type: 'string', maxLength: 255 },
    timestamp: { type: 'string', format: 'date-time' },
    version: { type: 'string' },
    os_version: { type: 'string' },
    uptime_seconds: { type: 'number', nullable: true },
  },
};

/** Signs of life of Santamon's agents, at the root and below `/santamon` (`wire/santamon.md` §4.1). */
@ApiTags('dialects')
@Controller(['agents', 'santamon/agents'])
@Allow('admin', 'agent')
export class SantamonHeartbeatsController {
  constructor(
    private readonly heartbeats: Heartbeats,
    private readonly admission: Admission,
  ) {}

  @Post('heartbeat')
  @HttpCode(200)
  @ApiOperation({ summary: 'Santamon: an agent is alive' })
  @ApiBody({ schema: heartbeatSchema })
  @ApiOkResponse({
    schema: { type: 'object', properties: { status: { type: 'string' }, agent_id: { type: 'string' } } },
  })
  beat(@Body() body: unknown, @Caller() caller: Principal): object {
    this.admission.checkRate(caller);
    const heartbeat = readSantamonHeartbeat(body, new Date());
    if (!mayActOnHost(caller, heartbeat.id)) {
      throw forbidden('heartbeats.foreign-host', `This key may not speak for the agent ${heartbeat.id}.`);
    }
    this.heartbeats.add(caller.tenant, { ...heartbeat, bound: caller.scope.hosts !== null });
    return { status: 'ok', agent_id: heartbeat.id };
  }
}
