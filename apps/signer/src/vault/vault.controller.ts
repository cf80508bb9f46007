import { Allow, Caller, type Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { decodeCursor, PageQueryDto, pageOf } from '@assay/service-host';
import { Body, Controller, Get, HttpCode, Post, Put, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags, ApiOperation } from '@nestjs/swagger';
import { z } from 'zod';
import { MAX_REVISION } from '../limits.js';
import { TrustImage } from './trust-image.service.js';
import {
  toVaultEntryDto,
  TrustedImageVerificationDto,
  VaultEntryDto,
  VaultHistoryQueryDto,
  VaultImageDto,
  VaultPageDto,
} from './vault.dto.js';
import { VaultStore } from './vault.store.js';
import { VerifyTrustedImage } from './verify-trusted-image.service.js';

@ApiTags('signing')
@Controller('api/v1/vault/images')
export class VaultController {
  constructor(
    private readonly transactions: Transactions,
    private readonly vault: VaultStore,
    private readonly trustImage: TrustImage,
    private readonly verifyTrusted: VerifyTrustedImage,
  ) {}

  @Put()
  @ApiOperation({ summary: 'Makes a digest the trusted content of a base image, in place of the one before' })
  @HttpCode(200)
  @Allow('admin', 'ci', 'service')
  @ApiOkResponse({ type: VaultEntryDto })
  async trust(@Caller() caller: Principal, @Body() { name, digest }: VaultImageDto): Promise<VaultEntryDto> {
    return toVaultEntryDto(await this.trustImage.execute(caller, name, digest));
  }

  @Post()
  @ApiOperation({ summary: 'The same, for clients that only post' })
  @HttpCode(200)
  @Allow('admin', 'ci', 'service')
  @ApiOkResponse({ type: VaultEntryDto })
  async trustByPost(@Caller() caller: Principal, @Body() body: VaultImageDto): Promise<VaultEntryDto> {
    return this.trust(caller, body);
  }

  @Post('verify')
  @ApiOperation({
    summary: 'Whether a base image has the content that is trusted under its name',
    description: 'That it has not is an answer, not an error.',
  })
  @HttpCode(200)
  @Allow('admin', 'analyst', 'ci', 'viewer', 'service')
  @ApiOkResponse({ type: TrustedImageVerificationDto })
  async verify(
    @Caller() caller: Principal,
    @Body() { name, digest }: VaultImageDto,
  ): Promise<TrustedImageVerificationDto> {
    const verification = await this.verifyTrusted.execute(caller, name, digest);
    return { ...verification, name, trusted: verification.outcome === 'trusted' };
  }

  @Get()
  @ApiOperation({ summary: 'What is trusted, by name' })
  @Allow('admin', 'analyst', 'ci', 'viewer', 'service')
  @ApiOkResponse({ type: VaultPageDto })
  async list(@Caller() caller: Principal, @Query() { cursor, limit }: PageQueryDto): Promise<VaultPageDto> {
    const after = cursor === undefined ? '' : decodeCursor(cursor, z.string());
    const rows = await this.transactions.run(caller.tenant, (tx) => this.vault.list(tx, after, limit + 1));
    const { items, nextCursor } = pageOf(rows, limit, ({ name }) => name);
    return { items: items.map(toVaultEntryDto), nextCursor };
  }

  @Get('history')
  @ApiOperation({ summary: 'Every content that was ever trusted under a name, newest first' })
  @Allow('admin', 'analyst', 'ci', 'viewer', 'service')
  @ApiOkResponse({ type: VaultPageDto })
  async history(@Caller() caller: Principal, @Query() query: VaultHistoryQueryDto): Promise<VaultPageDto> {
    const { name, cursor, limit } = query;
    const before = cursor === undefined ? MAX_REVISION : decodeCursor(cursor, z.int().positive().max(MAX_REVISION));
    const rows = await this.transactions.run(caller.tenant, (tx) => this.vault.history(tx, name, before, limit + 1));
    const { items, nextCursor } = pageOf(rows, limit, ({ revision }) => revision);
    return { items: items.map(toVaultEntryDto), nextCursor };
  }
}
