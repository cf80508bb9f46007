import { Public } from '@assay/identity';
import { RawBody } from '@assay/service-host';
import { Controller, Header, HttpCode, Post, Req } from '@nestjs/common';
import { ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { isPlainText } from '../../ingest/origin.js';
import { limits } from '../../limits.js';
import { ReadFields } from '../forms/read-fields.service.js';
import { badRequest } from '../patchhound.errors.js';
import { formFields, PatchHoundForm } from '../forms/patchhound-form.decorator.js';
import { addressesOf } from '../patchhound.routes.js';
import { AdministerTokenKeys, type TokenKeyEntry } from './administer-token-keys.service.js';
import { AdmitAdmin } from './admit-admin.service.js';
import { CreateTokenKey } from './create-token-key.service.js';

const plainText = ['content-type', 'text/plain; charset=utf-8'] as const;
const forms = ['application/x-www-form-urlencoded', 'multipart/form-data'] as const;

/** Token keys of PatchHound, for whoever has an admin key of the platform (`wire/patchhound.md` §2.3). */
@ApiTags('dialects')
@Controller()
@Public()
export class TokenKeysController {
  constructor(
    private readonly readFields: ReadFields,
    private readonly admitAdmin: AdmitAdmin,
    private readonly createTokenKey: CreateTokenKey,
    private readonly tokenKeys: AdministerTokenKeys,
  ) {}

  @Post(addressesOf('create-token-key'))
  @PatchHoundForm({ api_key: formFields.apiKey, organization: { example: 'acme' }, expiration_days: { example: '90' } })
  @RawBody()
  @HttpCode(200)
  @Header(...plainText)
  @ApiOperation({ summary: 'PatchHound: a token key for an organization, which becomes a tenant if it is new' })
  @ApiConsumes(...forms)
  async create(@Req() request: FastifyRequest): Promise<string> {
    const { api_key, organization, expiration_days } = await this.readFields.execute(request);
    const admin = await this.admitAdmin.execute(request, api_key);
    if (!organization) throw badRequest('organization missing');
    if (!expiration_days) throw badRequest('expiration_days missing');
    if (organization.length > limits.organizationMaxLength || !isPlainText(organization)) {
      throw badRequest(`organization must be text of at most ${limits.organizationMaxLength} characters`);
    }
    const made = await this.createTokenKey.execute(organization, expiration_days, admin);
    return `Token Key Created For: ${made.organization} Key: ${made.key} Expires: ${made.expirationDate}`;
  }

  @Post(addressesOf('change-key-status'))
  @PatchHoundForm({ api_key: formFields.apiKey, token: formFields.token, instructions: { example: 'disable' } })
  @RawBody()
  @HttpCode(200)
  @Header(...plainText)
  @ApiOperation({ summary: 'PatchHound: switches a token key off or on' })
  @ApiConsumes(...forms)
  async change(@Req() request: FastifyRequest): Promise<string> {
    const { api_key, token, instructions } = await this.readFields.execute(request);
    if (!token) throw badRequest('token key missing');
    if (!instructions) throw badRequest('instructions missing');
    const admin = await this.admitAdmin.execute(request, api_key);
    if (instructions !== 'enable' && instructions !== 'disable') {
      throw badRequest('instructions must be enable or disable');
    }
    await this.tokenKeys.switch(token, instructions === 'enable', admin);
    return `Token key ${instructions}d`;
  }

  @Post(addressesOf('remove-token-key'))
  @PatchHoundForm({ api_key: formFields.apiKey, token_key: formFields.token })
  @RawBody()
  @HttpCode(200)
  @Header(...plainText)
  @ApiOperation({ summary: 'PatchHound: removes a token key for good' })
  @ApiConsumes(...forms)
  async remove(@Req() request: FastifyRequest): Promise<string> {
    const { api_key, token_key } = await this.readFields.execute(request);
    const admin = await this.admitAdmin.execute(request, api_key);
    if (!token_key) throw badRequest('token_key missing');
    return (await this.tokenKeys.remove(token_key, admin)) ? 'Token key removed' : 'Token key does not exist';
  }

  @Post(addressesOf('list-token-key'))
  @PatchHoundForm({ api_key: formFields.apiKey })
  @RawBody()
  @HttpCode(200)
  @ApiOperation({ summary: 'PatchHound: every token key, by its beginning: the keys themselves are not kept' })
  @ApiConsumes(...forms)
  async list(@Req() request: FastifyRequest): Promise<TokenKeyEntry[]> {
    const { api_key } = await this.readFields.execute(request);
    await this.admitAdmin.execute(request, api_key);
    return this.tokenKeys.list();
  }
}
