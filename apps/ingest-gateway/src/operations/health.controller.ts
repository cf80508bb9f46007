import { Public } from '@assay/identity';
import { Controller, Get, Header, Headers, Redirect, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';

/** Where people find something to look at. */
const pageForPeople = '/docs';
const pageTypes = /\btext\/html\b/i;

/** What older clients look for first. */
@ApiTags('health')
@Controller()
@Public()
export class HealthController {
  @Get('health')
  @ApiOperation({ summary: 'That the gateway answers' })
  health(): object {
    return { status: 'ok', timestamp: new Date().toISOString() };
  }

  /** As Santamon's own server says it (`wire/santamon.md` §5). */
  @Get('santamon/health')
  @ApiOperation({ summary: 'Santamon: that the gateway answers' })
  santamonHealth(): object {
    return { status: 'healthy', timestamp: new Date().toISOString() };
  }

  /** In the form of Santamon (`wire/santamon.md` §5): name, version, and routes with a few words on each. */
  @Get(['', 'santamon'])
  @Header('vary', 'accept')
  @ApiOperation({ summary: 'What this is' })
  root(
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object | undefined {
    if (!pageTypes.test(accept ?? '')) return entrance;
    void reply.redirect(pageForPeople, 302);
    return undefined;
  }

  @Get(['redoc', 'santamon/docs', 'santamon/redoc'])
  @Redirect('/docs', 302)
  @ApiExcludeEndpoint()
  docs(): void {}

  @Get('santamon/openapi.json')
  @Redirect('/openapi.json', 302)
  @ApiExcludeEndpoint()
  document(): void {}
}

const entrance = {
  name: 'Assay',
  version: 'v1',
  endpoints: {
    'POST /api/v1/ingest/sbom': 'send a bill of materials',
    'POST /api/v1/ingest/trivy': 'send a trivy report, as SecureCase does',
    'POST /ingest': 'send a signal, as Santamon does',
    'POST /agents/heartbeat': 'say that an agent is alive, as Santamon does',
    'GET /signals': 'signals',
    'GET /agents': 'agents and when they were last heard of',
    'GET /stats': 'signals in numbers',
    'GET /api/v1/receipts/{id}': 'what became of it',
    'GET /api/v1/findings': 'what was found',
    'GET /api/v1/cases': 'cases',
    'GET /docs': 'interactive documentation',
    'GET /openapi.json': 'OpenAPI document',
  },
} as const;
