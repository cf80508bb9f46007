import { Allow, Caller, type Principal } from '@assay/identity';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { FreshFeedsDto, RefreshesDto, toRefreshDto } from './feeds.dto.js';
import { FreshFeeds } from './fresh-feeds.service.js';

@ApiTags('feeds')
@Controller('api/v1/feeds')
export class FreshFeedsController {
  constructor(private readonly freshFeeds: FreshFeeds) {}

  @Post('refreshes')
  @HttpCode(200)
  @Allow('service')
  @ApiOperation({
    summary:
      'Refreshes every feed that has a configured source, unless that has just been done, and says how far it is',
    description: 'For services: case-engine asks before it matches runs anew.',
  })
  @ApiOkResponse({ type: RefreshesDto })
  async refresh(@Body() { since }: FreshFeedsDto, @Caller() caller: Principal): Promise<RefreshesDto> {
    const refreshes = await this.freshFeeds.execute(new Date(since), caller.actor);
    return { items: refreshes.map(toRefreshDto) };
  }
}
