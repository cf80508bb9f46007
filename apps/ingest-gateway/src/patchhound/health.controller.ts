import { Public } from '@assay/identity';
import { Controller, Get, Query, Req } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { addressesOf } from './patchhound.routes.js';
import { AdmitToken } from './tokens/admit-token.service.js';

/** The version of PatchHound whose protocol this is. */
const protocolVersion = '0.1.48';

@ApiTags('dialects')
@Controller()
@Public()
export class PatchHoundHealthController {
  constructor(private readonly admitToken: AdmitToken) {}

  @Get(addressesOf('health-check'))
  @ApiOperation({ summary: 'PatchHound: what its client asks before most of its commands' })
  @ApiQuery({ name: 'token' })
  async check(
    @Req() request: FastifyRequest,
    @Query('token') token: unknown,
  ): Promise<{ status: 'ok'; message: string; version: string }> {
    await this.admitToken.execute(request, token);
    return { status: 'ok', message: 'Backend is alive', version: protocolVersion };
  }
}
