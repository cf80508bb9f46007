import { Readable } from 'node:stream';
import { Allow, Caller, type Principal } from '@assay/identity';
import { Controller, Get, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { mediaTypes } from '../media-types.js';
import { repositoryOf as splitRepository } from '../../exceptions/exceptions.mapper.js';
import { answerWithFile, type ReportedFile, tagOf } from '../reported-file.service.js';
import { reportJson } from '../report-json.js';
import { dateOf, RepositoryReportQueryDto } from '../reports.dto.js';
import { fileName, repositoryOf } from '../subject-title.js';
import { repositoryCsv } from '../tables/csv-report.js';
import { RenderReport } from '../threads/render-report.service.js';
import { BuildRepositoryReport } from './build-repository-report.service.js';
import type { RepositoryReport } from './repository-report.js';

const file = { schema: { type: 'string', format: 'binary' } } as const;

@ApiTags('reports')
@Controller('api/v1/history')
@Allow('admin', 'analyst', 'ci', 'viewer', 'service')
@ApiNotFoundResponse({ description: 'There is no run of this repository' })
export class RepositoryReportsController {
  constructor(
    private readonly build: BuildRepositoryReport,
    private readonly render: RenderReport,
  ) {}

  @Get('report.json')
  @ApiOperation({ summary: 'Where a repository stands: the newest run of each subject, and what is open' })
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  async json(
    @Query() query: RepositoryReportQueryDto,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    const content = (report: RepositoryReport): Readable => Readable.from(reportJson(report));
    return this.answer('json', query, caller, { request, reply }, content);
  }

  @Get('report.csv')
  @ApiOperation({ summary: 'What is open in a repository, as a table' })
  @ApiProduces('text/csv')
  @ApiOkResponse(file)
  async csv(
    @Query() query: RepositoryReportQueryDto,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    return this.answer('csv', query, caller, { request, reply }, repositoryCsv);
  }

  @Get('report.pdf')
  @ApiOperation({ summary: 'Where a repository stands, for people to read' })
  @ApiProduces('application/pdf')
  @ApiOkResponse(file)
  async pdf(
    @Query() query: RepositoryReportQueryDto,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    return this.made('pdf', query, caller, { request, reply });
  }

  @Get('report.xlsx')
  @ApiOperation({ summary: 'Where a repository stands, as a workbook' })
  @ApiProduces(mediaTypes.xlsx)
  @ApiOkResponse(file)
  async xlsx(
    @Query() query: RepositoryReportQueryDto,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    return this.made('xlsx', query, caller, { request, reply });
  }

  private made(
    format: 'pdf' | 'xlsx',
    query: RepositoryReportQueryDto,
    caller: Principal,
    exchange: { request: FastifyRequest; reply: FastifyReply },
  ): Promise<StreamableFile | undefined> {
    const reportedAt = dateOf(query.reportedAt) ?? new Date();
    const content = (report: RepositoryReport): Promise<Buffer> => this.render.execute({ format, report, reportedAt });
    return this.answer(format, query, caller, exchange, content);
  }

  private async answer(
    format: 'json' | 'csv' | 'pdf' | 'xlsx',
    query: RepositoryReportQueryDto,
    caller: Principal,
    exchange: { request: FastifyRequest; reply: FastifyReply },
    content: (report: RepositoryReport) => ReturnType<ReportedFile['content']>,
  ): Promise<StreamableFile | undefined> {
    const { org, repo } = query.org === '' ? splitRepository(query.repo) : query;
    const asked = { provider: query.provider ?? null, org, repo, reportedAt: dateOf(query.reportedAt) };
    const report = await this.build.execute(caller, asked);
    const tag = tagOf([format, ...reportJson(report)]);
    return answerWithFile(exchange, format === 'json' || format === 'csv' ? tag : `W/${tag}`, {
      name: `${fileName(repositoryOf(org, repo))}.${format}`,
      mediaType: mediaTypes[format],
      content: () => content(report),
    });
  }
}
