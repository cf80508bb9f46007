import { Allow } from '@assay/identity';
import { Controller, Get, Param, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ScannerContent } from './scanner-content.service.js';

/** SCAP content for PatchMon's agents (`wire/patchmon.md` §2). */
@ApiTags('dialects')
@Controller('api/v1/compliance')
@Allow('agent', 'admin', 'analyst', 'viewer')
export class ScannerContentController {
  constructor(private readonly content: ScannerContent) {}

  @Get('ssg-version')
  @ApiOperation({ summary: 'PatchMon: which scanner content agents can get here' })
  @ApiOkResponse({ schema: { type: 'object' } })
  async version(): Promise<object> {
    return this.content.version();
  }

  @Get('ssg-info')
  @ApiOperation({ summary: 'PatchMon: the scanner content that agents can get here, for people' })
  @Allow('admin', 'analyst', 'viewer')
  @ApiOkResponse({ schema: { type: 'object' } })
  async info(): Promise<object> {
    return this.content.info();
  }

  @Get('ssg-content/:file')
  @ApiOperation({ summary: 'PatchMon: a data stream of scanner content' })
  @ApiOkResponse({ content: { 'application/xml': { schema: { type: 'string', format: 'binary' } } } })
  async file(@Param('file') name: string): Promise<StreamableFile> {
    const { stream, bytes } = await this.content.file(name);
    return new StreamableFile(stream, { type: 'application/xml', length: bytes });
  }
}
