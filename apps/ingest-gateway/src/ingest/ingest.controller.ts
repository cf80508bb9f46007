import { Allow, Caller, type Principal } from '@assay/identity';
import { RawBody } from '@assay/service-host';
import { Controller, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiConsumes,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AcceptedDto, receiptPath, toAcceptedDto } from '../receipts/receipts.dto.js';
import type { AwaitedReceipt } from './await-verdict.service.js';
import { forbidden } from '../ingest-gateway.errors.js';
import { sbomMediaType, vexMediaType } from './document-format.js';
import { type ExpectedDocument, IngestDocument } from './ingest-document.service.js';
import { IngestQueryDto } from './ingest.dto.js';
import { INGEST_SETTINGS, type IngestSettings } from './ingest.settings.js';
import { ToolPipe } from './tool.pipe.js';

const sbom: ExpectedDocument = { kind: 'sbom', tool: null, mediaTypeOf: sbomMediaType };
const reportOf = (tool: string | null): ExpectedDocument => ({
  kind: 'report',
  tool,
  mediaTypeOf: () => 'application/json',
});

const vex: ExpectedDocument = {
  kind: 'vex',
  tool: null,
  mediaTypeOf: vexMediaType,
  takes: 'neither OpenVEX nor CSAF nor CycloneDX',
};

const documentBody = { schema: { type: 'object', additionalProperties: true } } as const;

@ApiTags('ingest')
@ApiHeader({ name: 'Idempotency-Key', required: false, description: 'The same key and request give the first receipt' })
@ApiHeader({ name: 'Content-Encoding', required: false, schema: { enum: ['gzip', 'zstd', 'identity'] } })
@Controller('api/v1/ingest')
@Allow('admin', 'analyst', 'ci')
export class IngestController {
  constructor(
    private readonly ingestDocument: IngestDocument,
    @Inject(INGEST_SETTINGS) private readonly settings: IngestSettings,
  ) {}

  @Post('sbom')
  @RawBody()
  @ApiOperation({ summary: 'Send a bill of materials: CycloneDX or SPDX as JSON, recognised by content' })
  @ApiConsumes('application/json', 'application/vnd.cyclonedx+json', 'application/spdx+json', 'multipart/form-data')
  @ApiBody(documentBody)
  @ApiAcceptedResponse({ type: AcceptedDto })
  @ApiOkResponse({ type: AcceptedDto, description: 'With `wait`, when the verdict is in' })
  async sbom(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: IngestQueryDto,
    @Caller() caller: Principal,
  ): Promise<AcceptedDto> {
    return answer(reply, await this.ingestDocument.execute(request, query, caller, sbom));
  }

  @Post('reports')
  @RawBody()
  @ApiOperation({ summary: 'Send a report of any tool that the scanner reads, recognised by content' })
  @ApiConsumes('application/json', 'application/sarif+json', 'multipart/form-data')
  @ApiBody(documentBody)
  @ApiAcceptedResponse({ type: AcceptedDto })
  @ApiOkResponse({ type: AcceptedDto, description: 'With `wait`, when the verdict is in' })
  async anyReport(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: IngestQueryDto,
    @Caller() caller: Principal,
  ): Promise<AcceptedDto> {
    return answer(reply, await this.ingestDocument.execute(request, query, caller, reportOf(null)));
  }

  @Post('reports/:tool')
  @RawBody()
  @ApiOperation({
    summary: 'Send a report of a tool that the scanner reads, as the tool writes it: `trivy --format json`',
    description: '`trivy`, `grype`, `osv-scanner`, `semgrep`, `sarif`, `gitleaks`, `npm-audit`',
  })
  @ApiParam({ name: 'tool', example: 'trivy' })
  @ApiConsumes('application/json', 'application/sarif+json', 'multipart/form-data')
  @ApiBody(documentBody)
  @ApiAcceptedResponse({ type: AcceptedDto })
  @ApiOkResponse({ type: AcceptedDto, description: 'With `wait`, when the verdict is in' })
  async report(
    @Param('tool', ToolPipe) tool: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: IngestQueryDto,
    @Caller() caller: Principal,
  ): Promise<AcceptedDto> {
    return answer(reply, await this.ingestDocument.execute(request, query, caller, reportOf(tool)));
  }

  @Post('vex')
  @RawBody()
  @ApiOperation({
    summary: 'Send VEX: OpenVEX, CSAF of the profile VEX, or CycloneDX, recognised by content',
    description: 'What it says is not affected is excepted; a repository or image given beside it narrows that',
  })
  @ApiConsumes('application/json', 'multipart/form-data')
  @ApiBody(documentBody)
  @ApiAcceptedResponse({ type: AcceptedDto })
  @ApiOkResponse({ type: AcceptedDto, description: 'With `wait`, when it has been applied' })
  async vex(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: IngestQueryDto,
    @Caller() caller: Principal,
  ): Promise<AcceptedDto> {
    if (caller.role === 'ci' && !this.settings.vexFromCi) {
      throw forbidden('ingest.vex-from-ci', 'VEX makes exceptions, and this installation takes none from CI.');
    }
    return answer(reply, await this.ingestDocument.execute(request, query, caller, vex));
  }
}

function answer(reply: FastifyReply, { receipt, judgement, vex: applied }: AwaitedReceipt): AcceptedDto {
  if (applied !== undefined) {
    void reply.status(200);
    return { ...toAcceptedDto(receipt, 'done'), vex: applied };
  }
  if (judgement !== null) {
    void reply.status(200);
    return toAcceptedDto(receipt, 'done', judgement.verdict);
  }
  void reply.status(202).header('location', receiptPath(receipt.id));
  return toAcceptedDto(receipt, 'accepted');
}
