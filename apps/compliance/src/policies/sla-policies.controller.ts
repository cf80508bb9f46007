import { Allow, Caller, type Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiTags, ApiOperation } from '@nestjs/swagger';
import { ChangePolicy } from './change-policy.service.js';
import { PutSlaPolicyDto, SlaPolicyDto, toSlaPolicyDto } from './sla-policies.dto.js';
import { SlaPoliciesStore } from './sla-policies.store.js';

@ApiTags('sla')
@Controller('api/v1/sla/policies')
export class SlaPoliciesController {
  constructor(
    private readonly changePolicy: ChangePolicy,
    private readonly policies: SlaPoliciesStore,
    private readonly transactions: Transactions,
  ) {}

  @Get()
  @ApiOperation({ summary: 'How long each severity may stay open' })
  @Allow('admin', 'analyst', 'viewer', 'ci')
  @ApiOkResponse({ type: SlaPolicyDto })
  async get(@Caller() caller: Principal): Promise<SlaPolicyDto> {
    return toSlaPolicyDto(await this.transactions.run(caller.tenant, (tx) => this.policies.inForce(tx)));
  }

  @Put()
  @ApiOperation({ summary: 'Sets the days; every clock that runs gets its new date at once' })
  @Allow('admin')
  @ApiOkResponse({ type: SlaPolicyDto })
  async put(@Caller() caller: Principal, @Body() { days }: PutSlaPolicyDto): Promise<SlaPolicyDto> {
    return toSlaPolicyDto(await this.changePolicy.execute(caller, { ...days }));
  }
}
