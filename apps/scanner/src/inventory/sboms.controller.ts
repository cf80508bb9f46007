import { Readable } from 'node:stream';
import { ArtifactStore } from '@assay/artifacts';
import { Allow, Caller, type Principal } from '@assay/identity';
import { isDigest } from '@assay/kernel';
import { type Transaction, Transactions } from '@assay/persistence';
import { decodeCursor, pageOf } from '@assay/service-host';
import { Controller, Get, Param, ParseUUIDPipe, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags, ApiOperation } from '@nestjs/swagger';
import { z } from 'zod';
import { VisibleRepositoriesStore } from '../findings/visible-repositories.store.js';
import { noSuch } from '../scanner.errors.js';
import { type ListedSbom, ListSboms } from './list-sboms.read-model.js';
import {
  ComponentPageDto,
  SbomComponentsQueryDto,
  SbomDto,
  SbomPageDto,
  SbomsQueryDto,
  toSbomDto,
} from './sboms.dto.js';

@ApiTags('inventory')
@Controller('api/v1/sboms')
@Allow('admin', 'analyst', 'viewer', 'ci')
export class SbomsController {
  constructor(
    private readonly transactions: Transactions,
    private readonly sboms: ListSboms,
    private readonly visible: VisibleRepositoriesStore,
    private readonly artifacts: ArtifactStore,
  ) {}

  @Get()
  @ApiOperation({ summary: 'SBOMs, newest first' })
  @ApiOkResponse({ type: SbomPageDto })
  async list(@Caller() caller: Principal, @Query() query: SbomsQueryDto): Promise<SbomPageDto> {
    const { limit, cursor, digest, count } = query;
    const after = cursor === undefined ? null : decodeCursor(cursor, z.uuid());
    return this.transactions.run(caller.tenant, async (tx) => {
      const filter = { digest, visible: await this.visible.of(tx, caller) };
      const page = pageOf(await this.sboms.page(tx, filter, limit + 1, after), limit, (sbom) => sbom.id);
      const total = count ? { total: await this.sboms.count(tx, filter) } : {};
      return { ...page, items: page.items.map(toSbomDto), ...total };
    });
  }

  @Get(':id')
  @ApiOperation({ summary: 'One SBOM: what it describes, and how many components it has' })
  @ApiOkResponse({ type: SbomDto })
  async get(@Caller() caller: Principal, @Param('id', ParseUUIDPipe) id: string): Promise<SbomDto> {
    return toSbomDto(await this.transactions.run(caller.tenant, (tx) => this.#find(tx, caller, id)));
  }

  @Get(':id/components')
  @ApiOperation({ summary: 'The distinct components of an SBOM' })
  @ApiOkResponse({ type: ComponentPageDto })
  async components(
    @Caller() caller: Principal,
    @Param('id', ParseUUIDPipe) id: string,
    @Query() { limit, cursor, count }: SbomComponentsQueryDto,
  ): Promise<ComponentPageDto> {
    const after = cursor === undefined ? null : decodeCursor(cursor, z.uuid());
    return this.transactions.run(caller.tenant, async (tx) => {
      await this.#find(tx, caller, id);
      const page = pageOf(await this.sboms.components(tx, id, limit + 1, after), limit, (component) => component.id);
      const total = count ? { total: await this.sboms.countComponents(tx, id) } : {};
      return { ...page, items: [...page.items], ...total };
    });
  }

  @Get(':id/document')
  @ApiOperation({
    summary: 'The document as it was sent, byte for byte; it breaks off if what is stored is not that any more',
  })
  @ApiProduces('application/json')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  async document(@Caller() caller: Principal, @Param('id', ParseUUIDPipe) id: string): Promise<StreamableFile> {
    const { digest, mediaType } = await this.transactions.run(caller.tenant, (tx) => this.#find(tx, caller, id));
    if (!isDigest(digest)) throw noSuch('sbom');
    const content = await this.artifacts.open(caller.tenant, digest);
    return new StreamableFile(Readable.from(content, { objectMode: false }), { type: mediaType, length: content.size });
  }

  async #find(tx: Transaction, caller: Principal, id: string): Promise<ListedSbom> {
    const [found] = await this.sboms.page(tx, { id, visible: await this.visible.of(tx, caller) }, 1, null);
    if (found === undefined) throw noSuch('sbom');
    return found;
  }
}
