import { Allow, Caller, type Principal } from '@assay/identity';
import { RawBody } from '@assay/service-host';
import { Controller, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiConsumes,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { BenchmarkHead } from '@assay/benchmarks';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type BenchmarkResult, benchmarkResultOf } from '../receipts/benchmark-result.js';
import { AcceptedDto, receiptPath, toAcceptedDto } from '../receipts/receipts.dto.js';
import { BenchmarkQueryDto } from './benchmarks.dto.js';
import { IngestBenchmark } from './ingest-benchmark.service.js';

@ApiTags('ingest')
@Controller('api/v1/ingest')
@Allow('admin', 'analyst', 'ci', 'agent')
export class BenchmarksController {
  constructor(private readonly ingestBenchmark: IngestBenchmark) {}

  @Post('xccdf')
  @RawBody()
  @ApiOperation({
    summary: 'Send results of a benchmark of one host as the tool wrote them, recognised by content',
    description:
      'XCCDF 1.1 or 1.2 results, an asset report collection (ARF), or a report of docker-bench as JSON or text',
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'The same key and request give the first receipt',
  })
  @ApiHeader({ name: 'Content-Encoding', required: false, schema: { enum: ['gzip', 'zstd', 'identity'] } })
  @ApiConsumes('application/xml', 'application/json', 'text/plain', 'multipart/form-data')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiAcceptedResponse({ type: AcceptedDto })
  @ApiOkResponse({ type: AcceptedDto, description: 'With `wait`, when the scans are recorded' })
  async ingest(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: BenchmarkQueryDto,
    @Caller() caller: Principal,
  ): Promise<AcceptedDto> {
    const { receipt, scans, head } = await this.ingestBenchmark.execute(request, query, caller);
    if (scans !== undefined) {
      void reply.status(200);
      return { ...toAcceptedDto(receipt, 'done'), result: { ...saidBy(head), ...benchmarkResultOf(scans) } };
    }
    void reply.status(202).header('location', receiptPath(receipt.id));
    return toAcceptedDto(receipt, 'accepted');
  }
}

/** What the only scan of a document says; where it was known before, nothing else is told of it. */
function saidBy({ scans }: BenchmarkHead): Partial<BenchmarkResult> {
  const [only, ...others] = scans;
  if (only === undefined || others.length > 0) return {};
  const { score, xccdfScore, counts } = only;
  return { score, xccdfScore, counts };
}
