import { Public } from '@assay/identity';
import { RawBody } from '@assay/service-host';
import { Controller, Get, HttpCode, Post, Query, Req } from '@nestjs/common';
import { ApiConsumes, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { badRequest } from '../patchhound.errors.js';
import { formFields, PatchHoundForm } from '../forms/patchhound-form.decorator.js';
import { addressesOf } from '../patchhound.routes.js';
import { AdmitToken } from '../tokens/admit-token.service.js';
import { PatchHoundExclusions } from './patchhound-exclusions.service.js';
import { ReadExclusionForm } from './read-exclusion-form.service.js';

/** The exclusion file of a repository, as PatchHound reads and replaces it (`wire/patchhound.md` §2.7). */
@ApiTags('dialects')
@Controller()
@Public()
export class PatchHoundExclusionsController {
  constructor(
    private readonly readForm: ReadExclusionForm,
    private readonly admitToken: AdmitToken,
    private readonly exclusions: PatchHoundExclusions,
  ) {}

  @Get(addressesOf('exclusion-get'))
  @ApiOperation({ summary: 'PatchHound: the exclusion file of a repository' })
  @ApiQuery({ name: 'token' })
  @ApiQuery({ name: 'current_repo' })
  async get(
    @Req() request: FastifyRequest,
    @Query() { token, current_repo }: Record<string, unknown>,
  ): Promise<object> {
    const caller = await this.admitToken.execute(request, token);
    if (typeof current_repo !== 'string' || current_repo === '') throw badRequest('current_repo missing');
    return this.exclusions.read(caller, current_repo);
  }

  @Post(addressesOf('exclusion-post'))
  @PatchHoundForm({
    token: formFields.token,
    current_repo: formFields.repository,
    new_exclusion_file: { file: 'exclusions.json' },
  })
  @RawBody()
  @HttpCode(200)
  @ApiOperation({ summary: 'PatchHound: replaces the exclusion file of a repository' })
  @ApiConsumes('multipart/form-data')
  async post(@Req() request: FastifyRequest): Promise<{ info: string }> {
    const { fields, file } = await this.readForm.execute(request);
    const caller = await this.admitToken.execute(request, fields['token']);
    const { current_repo } = fields;
    if (!current_repo) throw badRequest('current_repo missing');
    if (file === null) throw badRequest('new_exclusion_file missing');
    await this.exclusions.replace(caller, current_repo, file);
    return { info: 'exclusion file updated' };
  }
}
