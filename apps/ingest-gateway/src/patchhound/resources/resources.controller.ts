import { Public } from '@assay/identity';
import { Controller, Get, Query, Req, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { missing } from '../patchhound.errors.js';
import { addressesOf } from '../patchhound.routes.js';
import { AdmitToken } from '../tokens/admit-token.service.js';
import { FindDirectory, type ResourceQuery } from './find-directory.service.js';
import { MakePdfBundle } from './make-pdf-bundle.service.js';
import { mediaTypeOf, type ResourceFile, zipOf } from './resource-file.js';

/** The files of scans and repositories (`wire/patchhound.md` §2.4, §2.5). */
@ApiTags('dialects')
@ApiQuery({ name: 'token' })
@ApiQuery({ name: 'path_to_resources_token' })
@Controller()
@Public()
export class PatchHoundResourcesController {
  constructor(
    private readonly admitToken: AdmitToken,
    private readonly findDirectory: FindDirectory,
    private readonly makePdfBundle: MakePdfBundle,
  ) {}

  @Get(addressesOf('list-resources'))
  @ApiOperation({ summary: 'PatchHound: the names of the files of a scan, or of its repository' })
  async list(@Req() request: FastifyRequest, @Query() query: ResourceQuery): Promise<{ files: string[] }> {
    const caller = await this.admitToken.execute(request, query['token']);
    const files = await this.findDirectory.files(caller, query);
    return { files: files.map(({ name }) => name) };
  }

  @Get(addressesOf('get-resources'))
  @ApiOperation({ summary: 'PatchHound: these files, or all: one as it is, several as an archive' })
  @ApiProduces('application/octet-stream', 'application/zip')
  async get(@Req() request: FastifyRequest, @Query() query: ResourceQuery): Promise<StreamableFile> {
    const caller = await this.admitToken.execute(request, query['token']);
    const files = wantedOf(await this.findDirectory.files(caller, query), query['file_name']);
    const [first] = files;
    if (first === undefined) throw missing('No such file');
    if (files.length > 1) return attachment('resources.zip', zipOf(files, archiveTime), 'application/zip');
    return attachment(first.name, await first.open(), mediaTypeOf(first.name));
  }

  @Get(addressesOf('generate-pdf'))
  @ApiOperation({ summary: 'PatchHound: the report of a scan as PDF, with its signature, public key and digest' })
  @ApiProduces('application/zip', 'application/pdf')
  @ApiQuery({ name: 'format', enum: ['zip', 'pdf'], required: false })
  async pdf(@Req() request: FastifyRequest, @Query() query: ResourceQuery): Promise<StreamableFile> {
    const caller = await this.admitToken.execute(request, query['token']);
    const token = query['path_to_resources_token'];
    if (typeof token !== 'string' || token === '') throw missing('path_to_resources_token missing');
    const scan = await this.findDirectory.scan(caller, token, false);
    const [pdf, ...proofs] = await this.makePdfBundle.execute(scan, query['format'] === 'pdf');
    if (proofs.length === 0) return attachment(pdf.name, await pdf.open(), 'application/pdf');
    return attachment('pdf_report_bundle.zip', zipOf([pdf, ...proofs], new Date()), 'application/zip');
  }
}

/** What members of archives are dated: the same files give the same archive, whenever it is asked for. */
const archiveTime = new Date('2000-01-01T00:00:00Z');

/** Names are looked up among those that are there, never joined to a path; what is not there is passed over. */
function wantedOf(files: readonly ResourceFile[], fileName: unknown): readonly ResourceFile[] {
  const wanted = [fileName].flat().filter((name) => typeof name === 'string' && name !== '');
  return wanted.length === 0 ? files : files.filter(({ name }) => wanted.includes(name));
}

function attachment(
  name: string,
  content: ConstructorParameters<typeof StreamableFile>[0],
  type: string,
): StreamableFile {
  return new StreamableFile(content, { type, disposition: `attachment; filename="${name}"` });
}
