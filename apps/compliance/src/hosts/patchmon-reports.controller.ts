import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { Allow, Caller, type Principal } from '@assay/identity';
import { AssayError } from '@assay/kernel';
import { bodyOf, RawBody } from '@assay/service-host';
import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { limits } from '../limits.js';
import type { HostsErrorCode } from './hosts.errors.js';
import { readIntegrationStatus } from './read-integration-status.js';
import { readReport } from './read-report.js';
import { TakeReport } from './take-report.service.js';

interface RawRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable | undefined;
}

const anObject = { schema: { type: 'object' } };
const anyBody = { schema: { type: 'object', additionalProperties: true } };

/** What PatchMon's agents report (`wire/patchmon.md` §2). Always 200: they take no other. */
@ApiTags('dialects')
@Controller('api/v1')
@Allow('agent')
export class PatchMonReportsController {
  constructor(private readonly takeReport: TakeReport) {}

  @Post('hosts/update')
  @HttpCode(200)
  @RawBody()
  @ApiOperation({
    summary: "PatchMon: the agent's full report, of which the host's name, system and versions are kept",
  })
  @ApiBody(anyBody)
  @ApiOkResponse(anObject)
  async update(@Caller() caller: Principal, @Req() { body }: RawRequest): Promise<object> {
    await this.takeReport.report(caller, await readReport(bytesOf(body)));
    return { message: 'Host updated successfully', packagesProcessed: 0 };
  }

  @Post('hosts/integration-status')
  @HttpCode(200)
  @ApiOperation({ summary: 'PatchMon: what an integration of the agent is like' })
  @ApiBody(anyBody)
  @ApiOkResponse(anObject)
  async integrationStatus(@Caller() caller: Principal, @Req() { body }: { readonly body: unknown }): Promise<object> {
    const status = readIntegrationStatus(body);
    if (status === null) {
      throw new AssayError<HostsErrorCode>('invalid', 'hosts.malformed-body', 'integration is required');
    }
    await this.takeReport.integration(caller, status);
    return { success: true, message: 'Integration status updated' };
  }

  @Post('integrations/docker')
  @HttpCode(200)
  @RawBody()
  @ApiOperation({ summary: 'PatchMon: what docker runs on the host; taken and not kept' })
  @ApiBody(anyBody)
  @ApiOkResponse(anObject)
  async docker(@Caller() caller: Principal, @Req() { body }: RawRequest): Promise<object> {
    await drain(bytesOf(body));
    await this.takeReport.nothing(caller);
    return { message: 'Docker inventory received' };
  }
}

async function* bytesOf(body: Readable | undefined): AsyncGenerator<Uint8Array> {
  if (body !== undefined) yield* bodyOf(body, limits.agentReportPatienceMs);
}

/** Reads to the end, so that the agent gets its answer, but not further than a report may go. */
async function drain(source: AsyncIterable<Uint8Array>): Promise<void> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > limits.agentReportMaxBytes) {
      throw new AssayError<HostsErrorCode>('invalid', 'hosts.body-too-large', 'The body is larger than 5 MB');
    }
  }
}
