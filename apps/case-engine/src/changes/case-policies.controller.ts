import { Allow, Caller, type Principal } from '@assay/identity';
import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CasePolicyDto } from './case-policies.dto.js';
import { CasePolicies } from './case-policies.service.js';

@ApiTags('policies')
@Controller('api/v1/policies/cases')
@Allow('admin', 'analyst', 'ci', 'viewer')
export class CasePoliciesController {
  constructor(private readonly policies: CasePolicies) {}

  @Get()
  @ApiOperation({ summary: 'When cases of the tenant are closed by themselves' })
  @ApiOkResponse({ type: CasePolicyDto })
  async read(@Caller() caller: Principal): Promise<CasePolicyDto> {
    return this.policies.read(caller);
  }

  @Put()
  @ApiOperation({ summary: 'Sets after how many days without a run a case is closed' })
  @Allow('admin')
  @ApiOkResponse({ type: CasePolicyDto })
  async set(@Body() body: CasePolicyDto, @Caller() caller: Principal): Promise<CasePolicyDto> {
    return this.policies.set(caller, body);
  }
}
