import { AllowPlatformAdmin, Caller, type Principal } from '@assay/identity';
import { decodeCursor, PageQueryDto, pageOf } from '@assay/service-host';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { AdministerTenants } from './administer-tenants.service.js';
import { CreateTenantDto, TenantDto, TenantPageDto, toTenantDto } from './tenants.dto.js';

@ApiTags('tenants')
@Controller('api/v1/tenants')
@AllowPlatformAdmin()
export class TenantsController {
  constructor(private readonly tenants: AdministerTenants) {}

  @Get()
  @ApiOperation({ summary: 'All tenants, by slug' })
  @ApiOkResponse({ type: TenantPageDto })
  async list(@Query() query: PageQueryDto): Promise<TenantPageDto> {
    const after = query.cursor === undefined ? '' : decodeCursor(query.cursor, z.string());
    const page = pageOf(await this.tenants.list(query.limit + 1, after), query.limit, (tenant) => tenant.slug);
    const total = query.count ? { total: await this.tenants.count() } : {};
    return { items: page.items.map(toTenantDto), nextCursor: page.nextCursor, ...total };
  }

  @Post()
  @ApiOperation({ summary: 'Make a tenant' })
  @ApiCreatedResponse({ type: TenantDto })
  async create(
    @Body() { slug, displayName, publisher }: CreateTenantDto,
    @Caller() caller: Principal,
  ): Promise<TenantDto> {
    const tenant = { slug, displayName: displayName ?? slug, publisher: publisher ?? null };
    return toTenantDto(await this.tenants.create(tenant, caller));
  }

  @Delete(':slug')
  @HttpCode(204)
  @ApiOperation({ summary: 'Close a tenant and revoke its credentials' })
  @ApiNoContentResponse()
  async delete(@Param('slug') slug: string, @Caller() caller: Principal): Promise<void> {
    await this.tenants.delete(slug, caller);
  }
}
