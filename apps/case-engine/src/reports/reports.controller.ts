import { Readable } from 'node:stream';
import { Allow, Caller, type Principal } from '@assay/identity';
import { Controller, Get, Param, ParseUUIDPipe, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { BuildRunReport, type ReportOptions } from './build-run-report.service.js';
import { reportJson } from './report-json.js';
import { JsonReportQueryDto, type ReportQueryDto } from './reports.dto.js';
import { seesPrivateComments } from './private-comments.js';

@ApiTags('reports')
@Controller('api/v1/runs/:id')
@Allow('admin', 'analyst', 'ci', 'viewer', 'service')
export class ReportsController {
  constructor(private readonly build: BuildRunReport) {}

  @Get('report.json')
  @ApiOperation({ summary: 'A run with everything that was found in it' })
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  async json(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() query: JsonReportQueryDto,
    @Caller() caller: Principal,
  ): Promise<StreamableFile> {
    const privateComments = seesPrivateComments(caller, query.privateComments);
    const report = await this.build.execute(caller, id, { ...optionsOf(query), privateComments });
    return new StreamableFile(Readable.from(reportJson(report)), {
      type: 'application/json; charset=utf-8',
      disposition: 'attachment; filename="report.json"',
    });
  }
}

function optionsOf({ reportedAt, asOf }: ReportQueryDto): Omit<ReportOptions, 'privateComments'> {
  return { reportedAt: dateOf(reportedAt), asOf: dateOf(asOf) };
}

function dateOf(text: string | undefined): Date | null {
  return text === undefined ? null : new Date(text);
}
