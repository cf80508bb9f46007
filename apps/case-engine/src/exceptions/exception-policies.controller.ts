import { exceptionPolicyChangedV1 } from '@assay/contracts';
import { Allow, Caller, type Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { type ExceptionPolicy, parseExceptionPolicy } from './exception-policy.js';
import { ExceptionPoliciesStore } from './exception-policies.store.js';

export class ExceptionPolicyDto implements ExceptionPolicy {
  @ApiProperty({ enum: ['none', 'second-person'], default: 'none' })
  readonly approval!: ExceptionPolicy['approval'];
  @ApiProperty({ default: true, description: "Whether CI may store a repository's exclusion file" })
  readonly ciMayStoreFiles!: boolean;
}

@ApiTags('policies')
@Controller('api/v1/policies/exceptions')
@Allow('admin', 'analyst', 'ci', 'viewer')
export class ExceptionPoliciesController {
  constructor(
    private readonly transactions: Transactions,
    private readonly policies: ExceptionPoliciesStore,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What the tenant asks of exceptions' })
  @ApiOkResponse({ type: ExceptionPolicyDto })
  async read(@Caller() { tenant }: Principal): Promise<ExceptionPolicyDto> {
    return this.transactions.run(tenant, (tx) => this.policies.read(tx));
  }

  @Put()
  @Allow('admin')
  @ApiOperation({ summary: 'Sets it; fields left out have their defaults. What was granted before stays granted' })
  @ApiBody({ type: ExceptionPolicyDto })
  @ApiOkResponse({ type: ExceptionPolicyDto })
  async set(@Body() body: object, @Caller() { tenant, actor }: Principal): Promise<ExceptionPolicyDto> {
    const policy = parseExceptionPolicy(body);
    await this.transactions.run({ tenant, actor }, async (tx) => {
      await this.policies.save(tx, policy);
      tx.publish(exceptionPolicyChangedV1, { policy }, { subject: tenant });
    });
    return policy;
  }
}
