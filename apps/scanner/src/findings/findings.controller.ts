import { Allow, Caller, type Principal } from '@assay/identity';
import { type Transaction, Transactions } from '@assay/persistence';
import { decodeCursor, pageOf } from '@assay/service-host';
import { Controller, Get, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags, ApiOperation } from '@nestjs/swagger';
import { z } from 'zod';
import { noSuch } from '../scanner.errors.js';
import { VulnerabilitiesStore } from '../vulnerabilities/vulnerabilities.store.js';
import { FindingDto, FindingPageDto, FindingsQueryDto, toFilter, toFindingDto } from './findings.dto.js';
import { type FindingCursor, type FindingFilter, findingStatuses, ListFindings } from './list-findings.read-model.js';
import { VisibleRepositoriesStore } from './visible-repositories.store.js';

export const findingCursor: z.ZodType<FindingCursor> = z.tuple([z.number().int(), z.uuid()]);

@ApiTags('findings')
@Controller('api/v1/findings')
@Allow('admin', 'analyst', 'viewer', 'ci')
export class FindingsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly listFindings: ListFindings,
    private readonly vulnerabilities: VulnerabilitiesStore,
    private readonly visible: VisibleRepositoriesStore,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'What is there, worst first',
    description: 'A finding that several tools report is one entry.',
  })
  @ApiOkResponse({ type: FindingPageDto })
  async list(@Caller() caller: Principal, @Query() query: FindingsQueryDto): Promise<FindingPageDto> {
    const after = query.cursor === undefined ? null : decodeCursor(query.cursor, findingCursor);
    return this.transactions.run(caller.tenant, async (tx) => {
      const filter = { ...toFilter(query), ...(await this.#named(tx, query.id)), ...(await this.#seenBy(tx, caller)) };
      const rows = await this.listFindings.page(tx, filter, query.limit + 1, after);
      const page = pageOf(rows, query.limit, ({ severityRank, id }) => [severityRank, id]);
      const total = query.count ? { total: await this.listFindings.count(tx, filter) } : {};
      return { ...page, items: page.items.map(toFindingDto), ...total };
    });
  }

  @Get(':id')
  @ApiOperation({ summary: 'One finding, open or resolved' })
  @ApiOkResponse({ type: FindingDto })
  async get(@Caller() caller: Principal, @Param('id', ParseUUIDPipe) id: string): Promise<FindingDto> {
    return this.transactions.run(caller.tenant, async (tx) => {
      const filter = { id, asOf: new Date(), ...(await this.#seenBy(tx, caller)) };
      for (const status of [undefined, findingStatuses[2]]) {
        const [found] = await this.listFindings.page(tx, { ...filter, status }, 1, null);
        if (found !== undefined) return toFindingDto(found);
      }
      throw noSuch('finding');
    });
  }

  /** Any alias finds the flaw; what nobody knows as a vulnerability may be a rule, or an id that only a report has. */
  async #named(tx: Transaction, id: string | undefined): Promise<Pick<FindingFilter, 'group' | 'vulnerabilityId'>> {
    if (id === undefined) return {};
    const vulnerability = await this.vulnerabilities.find(tx, id);
    return vulnerability?.isGrouped !== true ? { vulnerabilityId: id } : { group: vulnerability.group };
  }

  async #seenBy(tx: Transaction, caller: Principal): Promise<Pick<FindingFilter, 'visible'>> {
    return { visible: await this.visible.of(tx, caller) };
  }
}
