import { Readable } from 'node:stream';
import { Allow, Caller, type Principal } from '@assay/identity';
import { Body, Controller, Get, HttpCode, Post, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags, ApiOperation } from '@nestjs/swagger';
import { LogQueryDto } from '../entries/entries.dto.js';
import { logOf } from '../entries/log-of-caller.js';
import { ReplayLog } from './replay-log.service.js';
import { LogVerificationDto, VerifyLogDto } from './verification.dto.js';
import { VerifyAuditLog } from './verify-audit-log.service.js';

@ApiTags('audit')
@Controller('api/v1/audit')
@Allow('admin', 'analyst')
export class VerificationController {
  constructor(
    private readonly verifyLog: VerifyAuditLog,
    private readonly replay: ReplayLog,
  ) {}

  @Post('verify')
  @ApiOperation({ summary: 'Proves the whole log, or what it says of one receipt, or names the first altered entry' })
  @HttpCode(200)
  @ApiOkResponse({ type: LogVerificationDto })
  async verify(
    @Caller() caller: Principal,
    @Query() { log }: LogQueryDto,
    @Body() { receipt }: VerifyLogDto,
  ): Promise<LogVerificationDto> {
    const name = logOf(caller, log);
    return receipt === undefined ? this.verifyLog.whole(name, caller) : this.verifyLog.ofReceipt(name, receipt, caller);
  }

  @Get('export')
  @ApiOperation({ summary: 'The whole log as lines of JSON, for `verifyExport`: proof without asking us' })
  @ApiProduces('application/x-ndjson')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  exportLog(@Caller() caller: Principal, @Query() { log }: LogQueryDto): StreamableFile {
    const lines = Readable.from(this.replay.exportOf(logOf(caller, log)), { objectMode: false });
    return new StreamableFile(lines, { type: 'application/x-ndjson' });
  }
}
