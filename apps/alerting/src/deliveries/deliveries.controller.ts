import { Allow, Caller, type Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiTags, ApiOperation } from '@nestjs/swagger';
import { noSuch } from '../alerting.errors.js';
import { pageByTime, timeOfCursor } from '../paging.js';
import { DeliveryDto, DeliveryPageDto, DeliveryQueryDto, toDeliveryDto } from './deliveries.dto.js';
import { ListDeliveries } from './list-deliveries.read-model.js';
import { ReplayDelivery } from './replay-delivery.service.js';

@ApiTags('alerting')
@Controller('api/v1/alerting/deliveries')
export class DeliveriesController {
  constructor(
    private readonly listDeliveries: ListDeliveries,
    private readonly replayDelivery: ReplayDelivery,
    private readonly transactions: Transactions,
  ) {}

  @Get()
  @ApiOperation({ summary: "The tenant's deliveries, newest first, each with the log of its attempts" })
  @Allow('admin', 'analyst', 'viewer')
  @ApiOkResponse({ type: DeliveryPageDto })
  async list(@Caller() caller: Principal, @Query() query: DeliveryQueryDto): Promise<DeliveryPageDto> {
    const { state = null, channel = null, alert = null, limit, cursor } = query;
    const rows = await this.transactions.run(caller.tenant, (tx) =>
      this.listDeliveries.page(tx, { state, channel, alert }, limit + 1, timeOfCursor(cursor)),
    );
    return pageByTime(rows, limit, ({ createdAt }) => createdAt, toDeliveryDto);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One delivery, with its attempts' })
  @Allow('admin', 'analyst', 'viewer')
  @ApiOkResponse({ type: DeliveryDto })
  async get(@Caller() caller: Principal, @Param('id', ParseUUIDPipe) id: string): Promise<DeliveryDto> {
    const delivery = await this.transactions.run(caller.tenant, (tx) => this.listDeliveries.find(tx, id));
    if (delivery === null) throw noSuch('delivery');
    return toDeliveryDto(delivery);
  }

  @Post(':id/replay')
  @ApiOperation({ summary: 'Sends it again, under the same `webhook-id`' })
  @HttpCode(202)
  @Allow('admin', 'analyst')
  @ApiAcceptedResponse({ type: DeliveryDto })
  async replay(@Caller() caller: Principal, @Param('id', ParseUUIDPipe) id: string): Promise<DeliveryDto> {
    return toDeliveryDto(await this.replayDelivery.execute(caller, id));
  }
}
