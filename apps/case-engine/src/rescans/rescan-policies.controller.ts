import { Allow, Caller, type Principal } from '@assay/identity';
import { Body, Controller, Get, Put, Query } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { GatePolicyQueryDto } from '../gate/gate-policies.dto.js';
import { EditRescanPolicies } from './rescan-policies.service.js';
import { RescanPolicyDto } from './rescans.dto.js';

@ApiTags('policies')
@Controller('api/v1/policies/rescans')
@Allow('admin', 'analyst', 'ci', 'viewer')
export class RescanPoliciesController {
  constructor(private readonly policies: EditRescanPolicies) {}

  @Get()
  @ApiOperation({
    summary: 'When runs are rescanned, which, and how long they are kept: of a repository, else the tenant',
  })
  @ApiOkResponse({ type: RescanPolicyDto })
  async read(@Query() { repo }: GatePolicyQueryDto, @Caller() caller: Principal): Promise<RescanPolicyDto> {
    return this.policies.read(caller, repo ?? null);
  }

  @Put()
  @Allow('admin')
  @ApiOperation({ summary: 'Sets it for a repository or the tenant; fields left out have their defaults' })
  @ApiBody({ type: RescanPolicyDto })
  @ApiOkResponse({ type: RescanPolicyDto })
  async set(
    @Query() { repo }: GatePolicyQueryDto,
    @Body() body: object,
    @Caller() caller: Principal,
  ): Promise<RescanPolicyDto> {
    return this.policies.set(caller, repo ?? null, body);
  }
}
