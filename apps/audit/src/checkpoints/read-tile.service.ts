import { AssayError } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { AuditErrorCode } from '../audit.errors.js';
import { EntriesStore } from '../entries/entries.store.js';
import { LogsStore } from '../entries/logs.store.js';
import { TilesStore } from '../entries/tiles.store.js';
import { encodeEntry } from '../log/entry.js';
import { encodeEntryBundle } from '../log/entry-bundle.js';
import { TILE_WIDTH, tileWidth } from '../log/tile.js';
import { parseTilePath } from '../log/tile-path.js';

/** Serves tiles of hashes and bundles of entries. */
@Injectable()
export class ReadTile {
  constructor(
    private readonly transactions: Transactions,
    private readonly logs: LogsStore,
    private readonly entries: EntriesStore,
    private readonly tiles: TilesStore,
  ) {}

  /** @throws AssayError `audit.tile-path-malformed`, `audit.tile-outside-log` (both `not-found`) */
  async execute(log: string, path: string): Promise<Buffer> {
    const wanted = parseTilePath(path);
    const tile = wanted.kind === 'hashes' ? wanted.tile : { level: 0, index: wanted.index, width: wanted.width };
    return this.transactions.run(log, async (tx) => {
      const size = (await this.logs.head(tx))?.size ?? 0;
      if (tile.width > tileWidth(tile.level, tile.index, size)) {
        throw new AssayError<AuditErrorCode>('not-found', 'audit.tile-outside-log', `The log has no ${path} yet.`);
      }
      if (wanted.kind === 'hashes') return (await this.tiles.reader(tx)([tile]))[0]!;
      const first = tile.index * TILE_WIDTH;
      const entries = await this.entries.from(tx, first, first + tile.width, tile.width);
      return encodeEntryBundle(entries.map(({ entry }) => encodeEntry(entry)));
    });
  }
}
