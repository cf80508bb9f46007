import { Allow, Caller, type Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiTags, ApiOperation } from '@nestjs/swagger';
import { RematchDto, RematchedDto } from './rematch.dto.js';
import { RematchScans } from './rematch-scans.service.js';

@ApiTags('findings')
@Controller('api/v1/scans')
export class RematchController {
  constructor(
    private readonly transactions: Transactions,
    private readonly rematchScans: RematchScans,
  ) {}

  @Post('rematch')
  @ApiOperation({
    summary: 'What documents of before contain, by the advisories of now',
    description: 'For services: case-engine judges what comes of it.',
  })
  @HttpCode(200)
  @Allow('service')
  @ApiOkResponse({ type: RematchedDto })
  async rematch(@Caller() { tenant }: Principal, @Body() { scans }: RematchDto): Promise<RematchedDto> {
    const ids = scans.map(({ scanId }) => scanId);
    return { scans: await this.transactions.run(tenant, (tx) => this.rematchScans.execute(tx, ids)) };
  }
}
