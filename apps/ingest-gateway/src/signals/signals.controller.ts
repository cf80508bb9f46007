import { Allow, Caller, type Principal } from '@assay/identity';
import { RawBody } from '@assay/service-host';
import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { IngestBatch } from './ingest-batch.service.js';
import { santamonSignalSchema } from './santamon.dto.js';
import { SignalBatchDto } from './signals.dto.js';

@ApiTags('signals')
@Controller('api/v1/signals')
@Allow('admin', 'agent')
export class SignalsController {
  constructor(private readonly ingestBatch: IngestBatch) {}

  @Post()
  @HttpCode(200)
  @RawBody()
  @ApiOperation({ summary: 'Many signals: a JSON array, or a line of JSON for each; answers when they are durable' })
  @ApiConsumes('application/json', 'application/x-ndjson')
  @ApiBody({ schema: { type: 'array', items: santamonSignalSchema } })
  @ApiOkResponse({ type: SignalBatchDto })
  async ingest(@Req() request: FastifyRequest, @Caller() caller: Principal): Promise<SignalBatchDto> {
    return this.ingestBatch.execute(request, caller);
  }
}
