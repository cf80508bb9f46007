import { Allow, Caller, type Principal } from '@assay/identity';
import { decodeCursor } from '@assay/service-host';
import { Body, Controller, Get, Header, Param, Patch, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CaseNumberPipe } from './case-number.pipe.js';
import {
  CaseDto,
  CaseFindingPageDto,
  CaseWithReportDto,
  ChangeCaseDto,
  ListCaseFindingsDto,
  ListCasesDto,
  ReadCaseDto,
  statusFilter,
  toCaseDto,
  toFindingDto,
} from './cases.dto.js';
import { ReadCaseReport } from './read-case-report.service.js';
import { ReadCases } from './read-cases.service.js';

const findingCursor = z.tuple([z.number().int(), z.string()]);

@ApiTags('cases')
@Controller('api/v1/cases')
@Allow('admin', 'analyst', 'ci', 'viewer')
export class CasesController {
  constructor(
    private readonly cases: ReadCases,
    private readonly readReport: ReadCaseReport,
  ) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Cases, newest first: a bare array, as SecureCase answers; the next page is in the Link header',
  })
  @ApiOkResponse({ type: [CaseDto] })
  async list(
    @Query() query: ListCasesDto,
    @Caller() caller: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CaseDto[]> {
    const { limit, count, cursor, scan_provider: scanner, ...given } = query;
    const asked = Object.keys(request.query as object);
    const filter = { ...given, scanner, status: statusFilter(given.status, asked) };
    const byKind = scanner !== undefined;
    const before = cursor === undefined ? null : decodeCursor(cursor, z.number().int());
    const page = await this.cases.list(caller, filter, { limit, count, before, byKind });
    if (page.nextCursor !== null) reply.header('link', `<${nextPage(request.url, page.nextCursor)}>; rel="next"`);
    if (page.total !== undefined) reply.header('x-total-count', String(page.total));
    return page.items.map(toCaseDto);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One case; with `include=report` the report of its newest run as it was sent' })
  @ApiOkResponse({ type: CaseWithReportDto })
  async read(
    @Param('id', CaseNumberPipe) id: number,
    @Query() { include }: ReadCaseDto,
    @Caller() caller: Principal,
  ): Promise<CaseWithReportDto> {
    const kase = await this.cases.find(caller, id);
    if (include !== 'report') return toCaseDto(kase);
    return { ...toCaseDto(kase), report: await this.readReport.execute(caller, kase) };
  }

  @Patch(':id')
  @Allow('admin', 'analyst')
  @ApiOperation({ summary: 'Owner, comment and how far people have come; the status follows the findings alone' })
  @ApiOkResponse({ type: CaseDto })
  async change(
    @Param('id', CaseNumberPipe) id: number,
    @Body() body: ChangeCaseDto,
    @Caller() caller: Principal,
  ): Promise<CaseDto> {
    return toCaseDto(await this.cases.change(caller, id, body));
  }

  @Get(':id/findings')
  @ApiOperation({ summary: 'What is known of the case now, worst first, with what is excluded' })
  @ApiOkResponse({ type: CaseFindingPageDto })
  async findings(
    @Param('id', CaseNumberPipe) id: number,
    @Query() query: ListCaseFindingsDto,
    @Caller() caller: Principal,
  ): Promise<CaseFindingPageDto> {
    const after = query.cursor === undefined ? null : decodeCursor(query.cursor, findingCursor);
    const page = await this.cases.findings(caller, id, { limit: query.limit, after });
    return { ...page, items: page.items.map(toFindingDto) };
  }
}

/** The same address with another cursor. */
function nextPage(url: string, cursor: string): string {
  const [path = '', query = ''] = url.split('?', 2);
  const parameters = new URLSearchParams(query);
  parameters.set('cursor', cursor);
  return `${path}?${parameters.toString()}`;
}
