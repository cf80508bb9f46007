import { Allow, Caller, type Principal } from '@assay/identity';
import { Body, Controller, Get, Put, Query } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { GatePolicyDto, GatePolicyQueryDto } from './gate-policies.dto.js';
import { ReadGatePolicy } from './read-gate-policy.service.js';
import { SetGatePolicy } from './set-gate-policy.service.js';

@ApiTags('policies')
@Controller('api/v1/policies/gate')
@Allow('admin', 'analyst', 'ci', 'viewer')
export class GatePoliciesController {
  constructor(
    private readonly readPolicy: ReadGatePolicy,
    private readonly setPolicy: SetGatePolicy,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The gate policy that holds: the most specific of repository, tenant, platform' })
  @ApiOkResponse({ type: GatePolicyDto })
  async read(@Query() { repo }: GatePolicyQueryDto, @Caller() caller: Principal): Promise<GatePolicyDto> {
    return this.readPolicy.execute(caller, repo ?? null);
  }

  @Put()
  @Allow('admin')
  @ApiOperation({ summary: 'Sets the gate policy of a repository or the tenant; fields left out have their defaults' })
  @ApiBody({ schema: { type: 'object', additionalProperties: true } })
  @ApiOkResponse({ type: GatePolicyDto })
  async set(
    @Query() { repo }: GatePolicyQueryDto,
    @Body() body: object,
    @Caller() caller: Principal,
  ): Promise<GatePolicyDto> {
    const policy = await this.setPolicy.execute(caller, repo ?? null, body);
    return { repo: repo ?? null, source: repo === undefined ? 'tenant' : 'repository', policy };
  }
}
