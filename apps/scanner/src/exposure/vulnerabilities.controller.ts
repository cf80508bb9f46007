import { Allow, Caller, type Principal } from '@assay/identity';
import { type Transaction, Transactions } from '@assay/persistence';
import { decodeCursor, pageOf } from '@assay/service-host';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags, ApiOperation } from '@nestjs/swagger';
import { z } from 'zod';
import { VisibleRepositoriesStore } from '../findings/visible-repositories.store.js';
import { maxListedAdvisories } from '../limits.js';
import { noSuch } from '../scanner.errors.js';
import { VulnerabilitiesStore } from '../vulnerabilities/vulnerabilities.store.js';
import type { Vulnerability } from '../vulnerabilities/vulnerability.js';
import { AffectedSubjects } from './affected-subjects.read-model.js';
import { AffectedPageDto, AffectedQueryDto, toVulnerabilityDto, VulnerabilityDto } from './vulnerabilities.dto.js';

@ApiTags('findings')
@Controller('api/v1/vulnerabilities')
@Allow('admin', 'analyst', 'viewer', 'ci')
export class VulnerabilitiesController {
  constructor(
    private readonly transactions: Transactions,
    private readonly vulnerabilities: VulnerabilitiesStore,
    private readonly affected: AffectedSubjects,
    private readonly visible: VisibleRepositoriesStore,
  ) {}

  @Get(':id')
  @ApiOperation({ summary: 'What is known of a vulnerability, by any of its ids' })
  @ApiOkResponse({ type: VulnerabilityDto })
  async get(@Caller() caller: Principal, @Param('id') id: string): Promise<VulnerabilityDto> {
    return this.transactions.run(caller.tenant, async (tx) => {
      const vulnerability = await this.#find(tx, id);
      return toVulnerabilityDto(
        vulnerability,
        await this.vulnerabilities.advisories(tx, vulnerability, maxListedAdvisories),
      );
    });
  }

  @Get(':id/affected')
  @ApiOperation({ summary: 'The repositories and images of the tenant in which it stands open' })
  @ApiOkResponse({ type: AffectedPageDto })
  async listAffected(
    @Caller() caller: Principal,
    @Param('id') id: string,
    @Query() { limit, cursor, count }: AffectedQueryDto,
  ): Promise<AffectedPageDto> {
    const after = cursor === undefined ? null : decodeCursor(cursor, z.uuid());
    return this.transactions.run(caller.tenant, async (tx) => {
      const { group } = await this.#find(tx, id);
      const visible = await this.visible.of(tx, caller);
      const rows = await this.affected.page(tx, group, visible, limit + 1, after);
      const page = pageOf(rows, limit, (subject) => subject.id);
      const total = count ? { total: await this.affected.count(tx, group, visible) } : {};
      return { ...page, items: [...page.items], ...total };
    });
  }

  async #find(tx: Transaction, id: string): Promise<Vulnerability> {
    const found = await this.vulnerabilities.find(tx, id);
    if (found === null) throw noSuch('vulnerability');
    return found;
  }
}
