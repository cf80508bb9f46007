import { Allow, Caller, type Principal } from '@assay/identity';
import { RawBody } from '@assay/service-host';
import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { patchMonAnswer, patchMonAnswerSchema, patchMonSubmissionSchema } from './patchmon-scans.dto.js';
import { SubmissionLimit } from './submission-limit.service.js';
import { SubmitScans } from './submit-scans.service.js';

/** Where agents of PatchMon send what they found (`wire/patchmon.md` §3). */
@ApiTags('dialects')
@Controller('api/v1/compliance')
@Allow('agent')
export class PatchMonScansController {
  constructor(
    private readonly limit: SubmissionLimit,
    private readonly submitScans: SubmitScans,
  ) {}

  @Post('scans')
  @HttpCode(200)
  @RawBody()
  @ApiOperation({ summary: 'PatchMon: results of benchmarks; answers when they are durable' })
  @ApiBody({ schema: patchMonSubmissionSchema })
  @ApiOkResponse({ schema: patchMonAnswerSchema })
  async submit(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Caller() caller: Principal,
  ): Promise<object> {
    this.limit.check(caller, reply);
    return patchMonAnswer(await this.submitScans.execute(request, caller));
  }
}
