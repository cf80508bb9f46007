import { Allow, Caller, type Principal } from '@assay/identity';
import { RawBody } from '@assay/service-host';
import { Controller, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { IngestSecureCase } from './ingest-securecase.service.js';

/** The route of SecureCase; errors under it are worded as SecureCase's. */
export const secureCaseRoute = '/api/v1/ingest/trivy';

@ApiTags('dialects')
@Controller('api/v1/ingest/trivy')
@Allow('admin', 'analyst', 'ci')
export class SecureCaseController {
  constructor(private readonly ingest: IngestSecureCase) {}

  @Post()
  @RawBody()
  @ApiOperation({ summary: 'SecureCase: a trivy report in its envelope; answers when it is judged' })
  @ApiBody({ schema: { type: 'object', required: ['metadata', 'image', 'trivy_report'], additionalProperties: true } })
  @ApiOkResponse({
    schema: {
      type: 'object',
      properties: {
        case_status: { type: 'string', enum: ['OPEN', 'RESOLVED'] },
        critical: { type: 'integer' },
        high: { type: 'integer' },
        gate: { type: 'boolean' },
        receiptId: { type: 'string', format: 'uuid' },
      },
    },
  })
  async trivy(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Caller() caller: Principal,
  ): Promise<object> {
    const result = await this.ingest.execute(request, caller);
    if ('answer' in result) {
      void reply.status(200);
      return result.answer;
    }
    void reply.status(422);
    return result;
  }
}
