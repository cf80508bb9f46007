import { Allow, Caller, type Principal } from '@assay/identity';
import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { ENVELOPE_MEDIA_TYPE } from '../attestations/attestations.store.js';
import { ReadVerdict } from './read-verdict.service.js';
import { CheckedVerdictDto, CheckVerdictDto } from './verdicts.dto.js';

/** For case-engine, which knows who may see which run; no caller from outside gets here. */
@ApiExcludeController()
@Controller('internal/verdicts')
@Allow('service')
export class VerdictsController {
  constructor(private readonly readVerdict: ReadVerdict) {}

  @Get(':runId')
  async read(@Caller() caller: Principal, @Param('runId', ParseUUIDPipe) runId: string): Promise<StreamableFile> {
    return new StreamableFile(await this.readVerdict.envelopeOf(caller, runId), { type: ENVELOPE_MEDIA_TYPE });
  }

  @Post('check')
  @HttpCode(200)
  async check(@Caller() caller: Principal, @Body() { envelope }: CheckVerdictDto): Promise<CheckedVerdictDto> {
    return this.readVerdict.check(caller, envelope);
  }
}
