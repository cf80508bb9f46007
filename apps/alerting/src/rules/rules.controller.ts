import { Allow, Caller, type Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { PageQueryDto } from '@assay/service-host';
import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags, ApiOperation } from '@nestjs/swagger';
import { noSuch } from '../alerting.errors.js';
import { idOfCursor, pageById } from '../paging.js';
import { EditRules } from './edit-rules.service.js';
import { CreateRuleDto, RuleDto, RulePageDto, toRuleDto, UpdateRuleDto } from './rules.dto.js';
import { RulesStore } from './rules.store.js';

@ApiTags('alerting')
@Controller('api/v1/alerting/rules')
export class RulesController {
  constructor(
    private readonly editRules: EditRules,
    private readonly rules: RulesStore,
    private readonly transactions: Transactions,
  ) {}

  @Get()
  @ApiOperation({ summary: "The tenant's rules; the default rule is one of them until somebody removes it" })
  @Allow('admin', 'analyst', 'viewer')
  @ApiOkResponse({ type: RulePageDto })
  async list(@Caller() caller: Principal, @Query() page: PageQueryDto): Promise<RulePageDto> {
    const rows = await this.transactions.run(caller.tenant, async (tx) => {
      await this.rules.ensureDefault(tx);
      return this.rules.list(tx, page.limit + 1, idOfCursor(page.cursor));
    });
    return pageById(rows, page.limit, toRuleDto);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One rule' })
  @Allow('admin', 'analyst', 'viewer')
  @ApiOkResponse({ type: RuleDto })
  async get(@Caller() caller: Principal, @Param('id', ParseUUIDPipe) id: string): Promise<RuleDto> {
    const rule = await this.transactions.run(caller.tenant, (tx) => this.rules.find(tx, id));
    if (rule === null) throw noSuch('rule');
    return toRuleDto(rule);
  }

  @Post()
  @ApiOperation({ summary: 'Makes a rule: which events are told, and to which channels' })
  @Allow('admin', 'analyst')
  @ApiCreatedResponse({ type: RuleDto })
  async create(@Caller() caller: Principal, @Body() body: CreateRuleDto): Promise<RuleDto> {
    return toRuleDto(await this.editRules.create(caller, body));
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Changes a rule; what is not given stays, `where` is replaced as a whole' })
  @Allow('admin', 'analyst')
  @ApiOkResponse({ type: RuleDto })
  async update(
    @Caller() caller: Principal,
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: UpdateRuleDto,
  ): Promise<RuleDto> {
    return toRuleDto(await this.editRules.update(caller, id, body));
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Removes a rule' })
  @HttpCode(204)
  @Allow('admin', 'analyst')
  @ApiNoContentResponse()
  async remove(@Caller() caller: Principal, @Param('id', ParseUUIDPipe) id: string): Promise<void> {
    await this.editRules.remove(caller, id);
  }
}
