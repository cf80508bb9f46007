import { Allow, Caller, type Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiProperty, ApiTags, ApiOperation } from '@nestjs/swagger';
import { dataOf, FeedsStore } from '../feeds/feeds.store.js';
import { reportTools } from '../reports/report-readers.js';
import { engineName, engineVersion } from '../scanning/engine.js';

/** What says what is in a document. */
export class EngineDto {
  @ApiProperty() readonly name!: string;
  @ApiProperty({ nullable: true, type: String, description: 'Null for tools whose reports say it' })
  readonly version!: string | null;
  @ApiProperty({ enum: ['built-in', 'report'] }) readonly kind!: string;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, description: 'Digests of its feeds' })
  readonly data!: Record<string, string>;
}

export class EngineListDto {
  @ApiProperty({ type: [EngineDto] }) readonly items!: EngineDto[];
  @ApiProperty({ nullable: true, type: String }) readonly nextCursor!: null;
}

@ApiTags('findings')
@Controller('api/v1/engines')
@Allow('admin', 'analyst', 'viewer', 'ci')
export class EnginesController {
  constructor(
    private readonly transactions: Transactions,
    private readonly feeds: FeedsStore,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Our own engine with the data it uses, and the tools whose reports are read' })
  @ApiOkResponse({ type: EngineListDto })
  async list(@Caller() caller: Principal): Promise<EngineListDto> {
    const feeds = await this.transactions.run(caller.tenant, (tx) => this.feeds.list(tx));
    const own: EngineDto = { name: engineName, version: engineVersion, kind: 'built-in', data: dataOf(feeds) };
    const tools = reportTools.map((name): EngineDto => ({ name, version: null, kind: 'report', data: {} }));
    return { items: [own, ...tools], nextCursor: null };
  }
}
