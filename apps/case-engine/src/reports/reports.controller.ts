import { Readable } from 'node:stream';
import { Allow, Caller, type Principal } from '@assay/identity';
import { Controller, Get, Param, ParseUUIDPipe, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BuildRunReport } from './build-run-report.service.js';
import { seesPrivateComments } from './private-comments.js';
import { mediaTypes } from './media-types.js';
import { answerWithFile, tagOf } from './reported-file.service.js';
import { fileStemOf } from './report-title.js';
import { reportJson } from './report-json.js';
import { dateOf, JsonReportQueryDto, optionsOf, ReportQueryDto } from './reports.dto.js';
import { SignedBundle } from './signed-bundle.service.js';
import { csvReport } from './tables/csv-report.js';
import { RenderReport } from './threads/render-report.service.js';

const file = { schema: { type: 'string', format: 'binary' } } as const;

@ApiTags('reports')
@Controller('api/v1/runs/:id')
@Allow('admin', 'analyst', 'ci', 'viewer', 'service')
@ApiNotFoundResponse({ description: 'There is no such run' })
export class ReportsController {
  constructor(
    private readonly build: BuildRunReport,
    private readonly render: RenderReport,
    private readonly bundle: SignedBundle,
  ) {}

  @Get('report.json')
  @ApiOperation({ summary: 'A run with everything that was found in it' })
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  async json(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() query: JsonReportQueryDto,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    const privateComments = seesPrivateComments(caller, query.privateComments);
    const report = await this.build.execute(caller, id, { ...optionsOf(query), privateComments });
    return answerWithFile({ request, reply }, tagOf(reportJson(report)), {
      name: `${fileStemOf(report)}.json`,
      mediaType: mediaTypes.json,
      content: () => Readable.from(reportJson(report)),
    });
  }

  @Get('report.csv')
  @ApiOperation({ summary: 'The findings of a run as a table: RFC 4180, UTF-8 with a byte order mark' })
  @ApiProduces('text/csv')
  @ApiOkResponse(file)
  async csv(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() query: ReportQueryDto,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    const report = await this.build.execute(caller, id, optionsOf(query));
    return answerWithFile({ request, reply }, tagOf(['csv', ...reportJson(report)]), {
      name: `${fileStemOf(report)}.csv`,
      mediaType: mediaTypes.csv,
      content: () => csvReport(report),
    });
  }

  @Get('report.pdf')
  @ApiOperation({ summary: 'A run for people to read; the same `reportedAt` gives the same bytes' })
  @ApiProduces('application/pdf')
  @ApiOkResponse(file)
  async pdf(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() query: ReportQueryDto,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    return this.made('pdf', id, query, caller, { request, reply });
  }

  @Get('report.xlsx')
  @ApiOperation({ summary: 'A run as a workbook: summary, findings, excluded, packages' })
  @ApiProduces(mediaTypes.xlsx)
  @ApiOkResponse(file)
  async xlsx(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() query: ReportQueryDto,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    return this.made('xlsx', id, query, caller, { request, reply });
  }

  @Get('report.zip')
  @ApiOperation({ summary: 'PDF and JSON with their signatures, the public key and the digests' })
  @ApiProduces('application/zip')
  @ApiOkResponse(file)
  async zip(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() query: ReportQueryDto,
    @Caller() caller: Principal,
  ): Promise<StreamableFile> {
    const report = await this.build.execute(caller, id, optionsOf(query));
    const reportedAt = dateOf(query.reportedAt) ?? new Date();
    const pdf = await this.render.execute({ format: 'pdf', report, reportedAt });
    const zip = await this.bundle.execute(caller, pdf, Buffer.from([...reportJson(report)].join('')), reportedAt);
    const disposition = `attachment; filename="${fileStemOf(report)}.zip"`;
    return new StreamableFile(zip, { type: mediaTypes.zip, disposition, length: zip.length });
  }

  private async made(
    format: 'pdf' | 'xlsx',
    id: string,
    query: ReportQueryDto,
    caller: Principal,
    exchange: { request: FastifyRequest; reply: FastifyReply },
  ): Promise<StreamableFile | undefined> {
    const report = await this.build.execute(caller, id, optionsOf(query));
    const reportedAt = dateOf(query.reportedAt) ?? new Date();
    return answerWithFile(exchange, `W/${tagOf([format, ...reportJson(report)])}`, {
      name: `${fileStemOf(report)}.${format}`,
      mediaType: mediaTypes[format],
      content: () => this.render.execute({ format, report, reportedAt }),
    });
  }
}
