import { ArtifactStore } from '@assay/artifacts';
import { Allow, Caller, type Principal } from '@assay/identity';
import { AssayError } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { decodeCursor, pageOf, PageQueryDto } from '@assay/service-host';
import { Controller, Get, Header, Param, ParseUUIDPipe, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { visibilityOf } from '../hosts/host-visibility.js';
import {
  BenchmarkProfilePageDto,
  BenchmarkScanDto,
  BenchmarkScanPageDto,
  DriftDto,
  DriftQueryDto,
  ScanQueryDto,
  toProfileDto,
  toScanDto,
} from './benchmarks.dto.js';
import { type BenchmarksErrorCode, scanUnknown } from './benchmarks.errors.js';
import { CompareScans } from './compare-scans.service.js';
import { ListScans, type ScanView } from './list-scans.read-model.js';
import { ProfilesStore } from './profiles.store.js';

const scanCursor = z.object({ at: z.iso.datetime(), id: z.uuid() });
const nameCursor = z.string();

@ApiTags('benchmarks')
@Controller('api/v1/benchmarks')
@Allow('admin', 'analyst', 'viewer')
export class BenchmarksController {
  constructor(
    private readonly transactions: Transactions,
    private readonly listScans: ListScans,
    private readonly compareScans: CompareScans,
    private readonly profiles: ProfilesStore,
    private readonly artifacts: ArtifactStore,
  ) {}

  @Get('profiles')
  @ApiOperation({ summary: 'What can be run on hosts, by name' })
  @ApiOkResponse({ type: BenchmarkProfilePageDto })
  async listProfiles(@Caller() { tenant }: Principal, @Query() query: PageQueryDto): Promise<BenchmarkProfilePageDto> {
    const { limit, cursor } = query;
    const after = cursor === undefined ? null : decodeCursor(cursor, nameCursor);
    const rows = await this.transactions.run(tenant, (tx) => this.profiles.list(tx, limit + 1, after));
    const { items, nextCursor } = pageOf(rows, limit, ({ name }) => name);
    return { items: items.map(toProfileDto), nextCursor };
  }

  @Get('scans')
  @ApiOperation({ summary: 'Every scan that is kept, running and failed ones too, newest first' })
  @ApiOkResponse({ type: BenchmarkScanPageDto })
  async list(@Caller() caller: Principal, @Query() query: ScanQueryDto): Promise<BenchmarkScanPageDto> {
    const { limit, cursor, host = null, profile = null, status = null, since } = query;
    const after = cursor === undefined ? null : decodeCursor(cursor, scanCursor);
    const filter = { host, profile, status, since: since === undefined ? null : new Date(since) };
    const rows = await this.transactions.run(caller.tenant, (tx) =>
      this.listScans.list(tx, visibilityOf(caller), filter, limit + 1, after),
    );
    const { items, nextCursor } = pageOf(rows, limit, ({ startedAt, id }) => ({ at: startedAt.toISOString(), id }));
    return { items: items.map(toScanDto), nextCursor };
  }

  @Get('scans/:id')
  @ApiOperation({ summary: 'A scan, also by the id that the reply to a repeat of it gave' })
  @ApiOkResponse({ type: BenchmarkScanDto })
  async get(@Caller() caller: Principal, @Param('id', ParseUUIDPipe) id: string): Promise<BenchmarkScanDto> {
    return toScanDto(await this.find(caller, id));
  }

  @Get('scans/:id/drift')
  @ApiOperation({ summary: 'What differs from another scan, or from the one before' })
  @ApiOkResponse({ type: DriftDto })
  async drift(
    @Caller() caller: Principal,
    @Param('id', ParseUUIDPipe) id: string,
    @Query() { against, limit }: DriftQueryDto,
  ): Promise<DriftDto> {
    return this.transactions.run(caller.tenant, (tx) =>
      this.compareScans.execute(tx, visibilityOf(caller), id, against ?? null, limit),
    );
  }

  /** What hosts send is never shown as what it claims to be: a download, and of no type that a browser would open. */
  @Get('scans/:id/document')
  @ApiOperation({ summary: 'The document that the scan came in, byte for byte' })
  @ApiProduces('text/plain')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  @Header('x-content-type-options', 'nosniff')
  @Header('content-security-policy', "sandbox; default-src 'none'")
  async document(@Caller() caller: Principal, @Param('id', ParseUUIDPipe) id: string): Promise<StreamableFile> {
    const scan = await this.find(caller, id);
    if (scan.documentDigest === null) throw noDocument();
    const document = await this.artifacts.open(caller.tenant, scan.documentDigest);
    return new StreamableFile(Readable.from(document), {
      type: 'text/plain; charset=utf-8',
      disposition: `attachment; filename="scan-${scan.id}.txt"`,
      length: document.size,
    });
  }

  private async find(caller: Principal, id: string): Promise<ScanView> {
    const scan = await this.transactions.run(caller.tenant, (tx) => this.listScans.find(tx, visibilityOf(caller), id));
    if (scan === null) throw scanUnknown();
    return scan;
  }
}

function noDocument(): AssayError<BenchmarksErrorCode> {
  return new AssayError('not-found', 'benchmarks.no-document', 'The scan came in no document');
}
