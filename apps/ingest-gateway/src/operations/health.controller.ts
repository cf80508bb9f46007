import { Public } from '@assay/identity';
import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';

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

  /** In the form of Santamon (`wire/santamon.md` §5): name, version, and routes with a few words on each. */
  @Get()
  @ApiOperation({ summary: 'What this is' })
  root(): object {
    return {
      name: 'Assay',
      version: 'v1',
      endpoints: {
        'POST /api/v1/ingest/sbom': 'send a bill of materials',
        'POST /api/v1/ingest/trivy': 'send a trivy report, as SecureCase does',
        'GET /api/v1/receipts/{id}': 'what became of it',
        'GET /api/v1/findings': 'what was found',
        'GET /api/v1/cases': 'cases',
        'GET /docs': 'interactive documentation',
        'GET /openapi.json': 'OpenAPI document',
      },
    };
  }
}
