import { Allow, Caller, type Principal } from '@assay/identity';
import { RawBody } from '@assay/service-host';
import { Body, Controller, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { IngestSecureCase, type SecureCaseReply } from './ingest-securecase.service.js';
import { IngestTestCase } from './ingest-test-case.service.js';
import { mainGeneration, manyScanners } from './securecase-generations.js';
import { readTestCase } from './test-case.js';

/** The routes of SecureCase; errors under them are worded as SecureCase's. */
export const secureCaseRoutes: readonly string[] = ['trivy', 'scan', 'test'].map((name) => `/api/v1/ingest/${name}`);

const answerProperties = {
  case_status: { type: 'string', enum: ['OPEN', 'RESOLVED'] },
  critical: { type: 'integer' },
  high: { type: 'integer' },
  gate: { type: 'boolean' },
  receiptId: { type: 'string', format: 'uuid' },
};

@ApiTags('dialects')
@Controller('api/v1/ingest')
@Allow('admin', 'analyst', 'ci')
export class SecureCaseController {
  constructor(
    private readonly ingest: IngestSecureCase,
    private readonly ingestTestCase: IngestTestCase,
  ) {}

  @Post('trivy')
  @RawBody()
  @ApiOperation({ summary: 'SecureCase: a trivy report in its envelope; answers when it is judged' })
  @ApiBody({ schema: { type: 'object', required: ['metadata', 'image', 'trivy_report'], additionalProperties: true } })
  @ApiOkResponse({ schema: { type: 'object', properties: answerProperties } })
  async trivy(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Caller() caller: Principal,
  ): Promise<object> {
    return answered(reply, await this.ingest.execute(request, caller, mainGeneration));
  }

  @Post('scan')
  @RawBody()
  @ApiOperation({ summary: 'SecureCase with several scanners: a report and the name of what wrote it' })
  @ApiBody({
    schema: {
      type: 'object',
      required: ['scan_provider', 'metadata', 'image', 'scan_report'],
      additionalProperties: true,
    },
  })
  @ApiOkResponse({
    schema: {
      type: 'object',
      properties: { ...answerProperties, max_severity: { type: 'string', enum: ['NONE', 'HIGH', 'CRITICAL'] } },
    },
  })
  async scan(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Caller() caller: Principal,
  ): Promise<object> {
    return answered(reply, await this.ingest.execute(request, caller, manyScanners));
  }

  @Post('test')
  @ApiOperation({ summary: 'SecureCase at its beginning: a case that is made up, apart from real ones' })
  @ApiBody({
    schema: { type: 'object', required: ['case_key', 'repo', 'branch', 'commit'], additionalProperties: true },
  })
  @ApiOkResponse({
    schema: { type: 'object', properties: { status: { type: 'string', enum: ['created', 'updated'] } } },
  })
  async test(
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Caller() caller: Principal,
  ): Promise<object> {
    const given = readTestCase(body);
    if ('detail' in given) return answered(reply, given);
    return answered(reply, { answer: await this.ingestTestCase.execute(given, caller) });
  }
}

function answered(reply: FastifyReply, result: SecureCaseReply | { readonly answer: object }): object {
  void reply.status('answer' in result ? 200 : 422);
  return 'answer' in result ? result.answer : result;
}
