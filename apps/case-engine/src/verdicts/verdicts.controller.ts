import { Allow, Caller, type Principal } from '@assay/identity';
import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, StreamableFile } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { ReadRuns } from '../runs/read-runs.service.js';
import { SignedVerdictsClient } from './signed-verdicts.client.js';
import { toVerifiedVerdictDto, VerifiedVerdictDto } from './verdicts.dto.js';
import { VerifyVerdict } from './verify-verdict.service.js';

/** Media type of a DSSE envelope (secure-systems-lab/dsse, envelope.md). */
const envelopeMediaType = 'application/vnd.dsse.envelope.v1+json';

@ApiTags('verdicts')
@Controller('api/v1')
@Allow('admin', 'analyst', 'ci', 'viewer')
export class VerdictsController {
  constructor(
    private readonly runs: ReadRuns,
    private readonly signed: SignedVerdictsClient,
    private readonly verifyVerdict: VerifyVerdict,
  ) {}

  @Get('runs/:id/verdict')
  @ApiOperation({ summary: 'The signed verdict on a run, as `cosign verify-blob-attestation` takes it' })
  @ApiProduces(envelopeMediaType)
  @ApiOkResponse({ description: 'A DSSE envelope', schema: { type: 'string', format: 'binary' } })
  async read(@Param('id', ParseUUIDPipe) id: string, @Caller() caller: Principal): Promise<StreamableFile> {
    await this.runs.find(caller, id);
    return new StreamableFile(await this.signed.envelopeOf(caller, id), { type: envelopeMediaType });
  }

  @Post('verdicts/verify')
  @HttpCode(200)
  @ApiOperation({ summary: 'Judges again what a signed verdict was judged from, and says what differs' })
  @ApiBody({ description: 'The DSSE envelope', schema: { type: 'object', additionalProperties: true } })
  @ApiOkResponse({ type: VerifiedVerdictDto })
  async verify(@Body() envelope: unknown, @Caller() caller: Principal): Promise<VerifiedVerdictDto> {
    return toVerifiedVerdictDto(await this.verifyVerdict.execute(caller, envelope));
  }
}
