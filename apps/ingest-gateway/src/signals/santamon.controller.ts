import { Allow, Caller, type Principal } from '@assay/identity';
import { RawBody } from '@assay/service-host';
import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { IngestSignal } from './ingest-signal.service.js';
import { santamonAnswer, santamonAnswerSchema, santamonSignalSchema } from './santamon.dto.js';

/** Where agents of Santamon send their signals, at the root and below `/santamon` (`wire/santamon.md` §2). */
@ApiTags('dialects')
@Controller(['', 'santamon'])
@Allow('admin', 'agent')
export class SantamonController {
  constructor(private readonly ingestSignal: IngestSignal) {}

  @Post('ingest')
  @HttpCode(200)
  @RawBody()
  @ApiOperation({ summary: 'Santamon: one signal; answers when it is durable' })
  @ApiBody({ schema: santamonSignalSchema })
  @ApiOkResponse({ schema: santamonAnswerSchema })
  async ingest(@Req() request: FastifyRequest, @Caller() caller: Principal): Promise<object> {
    return santamonAnswer(await this.ingestSignal.execute(request, caller));
  }
}
