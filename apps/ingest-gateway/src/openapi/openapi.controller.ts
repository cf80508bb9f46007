import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { Public } from '@assay/identity';
import { Controller, Get, Header, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { docsPage, docsPolicy, docsScript } from './docs-page.js';
import type { OpenApiDocument } from './merge-openapi.js';
import { ReadOpenApi } from './read-openapi.service.js';

const { resolve } = createRequire(import.meta.url);
const day = 'public, max-age=86400';

/** What the API is, for programs and for people. */
@ApiExcludeController()
@Controller()
@Public()
export class OpenApiController {
  constructor(private readonly readOpenApi: ReadOpenApi) {}

  @Get('openapi.json')
  async document(): Promise<OpenApiDocument> {
    return this.readOpenApi.execute();
  }

  @Get('docs')
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', docsPolicy)
  page(): string {
    return docsPage;
  }

  @Get('docs/start.js')
  @Header('content-type', 'text/javascript; charset=utf-8')
  script(): string {
    return docsScript;
  }

  @Get('docs/swagger-ui.css')
  @Header('cache-control', day)
  style(): StreamableFile {
    return new StreamableFile(createReadStream(resolve('swagger-ui-dist/swagger-ui.css')), {
      type: 'text/css; charset=utf-8',
    });
  }

  @Get('docs/swagger-ui-bundle.js')
  @Header('cache-control', day)
  bundle(): StreamableFile {
    return new StreamableFile(createReadStream(resolve('swagger-ui-dist/swagger-ui-bundle.js')), {
      type: 'text/javascript; charset=utf-8',
    });
  }
}
