import { Allow, Caller, type Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { PageQueryDto } from '@assay/service-host';
import { Controller, Get, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags, ApiOperation } from '@nestjs/swagger';
import { noSuch } from '../alerting.errors.js';
import { pageByTime, timeOfCursor } from '../paging.js';
import { AlertDto, AlertPageDto, toAlertDto } from './alerts.dto.js';
import { AlertsStore } from './alerts.store.js';

@ApiTags('alerting')
@Controller('api/v1/alerting/alerts')
export class AlertsController {
  constructor(
    private readonly alerts: AlertsStore,
    private readonly transactions: Transactions,
  ) {}

  @Get()
  @ApiOperation({ summary: "The tenant's alerts, newest first; silenced ones too" })
  @Allow('admin', 'analyst', 'viewer')
  @ApiOkResponse({ type: AlertPageDto })
  async list(@Caller() caller: Principal, @Query() page: PageQueryDto): Promise<AlertPageDto> {
    const rows = await this.transactions.run(caller.tenant, (tx) =>
      this.alerts.list(tx, page.limit + 1, timeOfCursor(page.cursor)),
    );
    return pageByTime(rows, page.limit, ({ raisedAt }) => raisedAt, toAlertDto);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One alert, with its deliveries' })
  @Allow('admin', 'analyst', 'viewer')
  @ApiOkResponse({ type: AlertDto })
  async get(@Caller() caller: Principal, @Param('id', ParseUUIDPipe) id: string): Promise<AlertDto> {
    const alert = await this.transactions.run(caller.tenant, (tx) => this.alerts.find(tx, id));
    if (alert === null) throw noSuch('alert');
    return toAlertDto(alert);
  }
}
