import { Allow, Caller, type Principal } from '@assay/identity';
import { AssayError } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Controller, Get, Header, Param, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiTags, ApiOperation } from '@nestjs/swagger';
import type { AuditErrorCode } from '../audit.errors.js';
import { LogQueryDto } from '../entries/entries.dto.js';
import { logOf } from '../entries/log-of-caller.js';
import { LogKey } from '../keys/log-key.service.js';
import { CheckpointsStore } from './checkpoints.store.js';
import { ReadTile } from './read-tile.service.js';

/** What a full tile and a partial one are alike: they never change. */
const immutable = 'private, max-age=31536000, immutable';

interface Reply {
  header(name: string, value: string): Reply;
}

/** The log as c2sp.org/tlog-tiles lays it out, for programs that we did not write. */
@ApiTags('audit')
@Controller('api/v1/audit')
@Allow('admin', 'analyst')
export class TilesController {
  constructor(
    private readonly transactions: Transactions,
    private readonly checkpoints: CheckpointsStore,
    private readonly readTile: ReadTile,
    private readonly key: LogKey,
  ) {}

  @Get('checkpoint')
  @ApiOperation({ summary: 'The newest signed head: a note (c2sp.org/tlog-checkpoint)' })
  @Header('content-type', 'text/plain; charset=utf-8')
  @Header('cache-control', 'no-store')
  @ApiProduces('text/plain')
  @ApiOkResponse({ schema: { type: 'string' } })
  async checkpoint(@Caller() caller: Principal, @Query() { log }: LogQueryDto): Promise<string> {
    const newest = await this.transactions.run(logOf(caller, log), (tx) => this.checkpoints.newest(tx));
    if (newest !== null) return newest.note;
    throw new AssayError<AuditErrorCode>('not-found', 'audit.no-checkpoint', 'Nothing was recorded in this log yet.');
  }

  @Get('key')
  @ApiOperation({ summary: 'The public key of the log, `<name>+<id>+<key>`' })
  @Header('content-type', 'text/plain; charset=utf-8')
  @ApiProduces('text/plain')
  @ApiOkResponse({ schema: { type: 'string' } })
  publicKey(@Caller() caller: Principal, @Query() { log }: LogQueryDto): string {
    return `${this.key.verifierKeyOf(logOf(caller, log))}\n`;
  }

  @Get('tile/*')
  @ApiOperation({ summary: 'A tile of hashes, or the entries below it: `tile/0/x001/234.p/17`, `tile/entries/000`' })
  @ApiProduces('application/octet-stream')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  async tile(
    @Caller() caller: Principal,
    @Param('*') path: string,
    @Query() { log }: LogQueryDto,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<Buffer> {
    const bytes = await this.readTile.execute(logOf(caller, log), `tile/${path}`);
    reply.header('content-type', 'application/octet-stream').header('cache-control', immutable);
    return bytes;
  }
}
