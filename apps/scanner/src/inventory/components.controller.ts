import { Allow, Caller, type Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { decodeCursor, pageOf } from '@assay/service-host';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags, ApiOperation } from '@nestjs/swagger';
import { z } from 'zod';
import { VisibleRepositoriesStore } from '../findings/visible-repositories.store.js';
import { ListSboms } from './list-sboms.read-model.js';
import { ComponentPageDto, ComponentsQueryDto } from './sboms.dto.js';

const purlCursor = z.tuple([z.string(), z.uuid()]);

@ApiTags('inventory')
@Controller('api/v1/components')
@Allow('admin', 'analyst', 'viewer', 'ci')
export class ComponentsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly sboms: ListSboms,
    private readonly visible: VisibleRepositoriesStore,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Components by purl, each once, wherever they occur' })
  @ApiOkResponse({ type: ComponentPageDto })
  async list(@Caller() caller: Principal, @Query() query: ComponentsQueryDto): Promise<ComponentPageDto> {
    const { purl, limit, cursor, count } = query;
    const after = cursor === undefined ? null : decodeCursor(cursor, purlCursor);
    return this.transactions.run(caller.tenant, async (tx) => {
      const visible = await this.visible.of(tx, caller);
      const rows = await this.sboms.byPurl(tx, purl, visible, limit + 1, after);
      const page = pageOf(rows, limit, (component) => [component.purl ?? '', component.id]);
      const total = count ? { total: await this.sboms.countByPurl(tx, purl, visible) } : {};
      return { ...page, items: [...page.items], ...total };
    });
  }
}
