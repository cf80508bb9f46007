import { AssayError } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import type { AuditErrorCode } from '../audit.errors.js';
import type { Hash } from '../log/merkle.js';
import { TILE_HEIGHT, TILE_WIDTH, type Tile } from '../log/tile.js';
import type { TileReader } from '../log/tile-hashes.js';

interface HashRow {
  readonly tile: string;
  readonly hash: Hash;
}

/** Tiles out of what is stored: leaf hashes lie in the entries, the roots over 256, 65,536, … leaves beside them. */
export class TilesStore {
  /**
   * A reader of any tiles of the transaction's log: two statements, however many tiles. Their limits keep the planner on the
   * index: as plain joins they read the whole table once its statistics were known (29 ms at 20,000 entries, then more).
   */
  reader(tx: Transaction): TileReader {
    return async (tiles) => {
      const hashes = tiles.map((): Hash[] => []);
      const wanted = tiles.map((tile, place) => ({ ...tile, place }));
      const leaves = wanted.filter(({ level }) => level === 0);
      const above = wanted.filter(({ level }) => level > 0);
      const rows = [...(await this.leaves(tx, leaves)), ...(await this.above(tx, above))];
      for (const { tile, hash } of rows) hashes[Number(tile)]!.push(hash);
      return hashes.map((each, at) => complete(tiles[at]!, each));
    };
  }

  private async leaves(tx: Transaction, tiles: readonly (Tile & { place: number })[]): Promise<HashRow[]> {
    if (tiles.length === 0) return [];
    return tx.query<HashRow>(
      `select wanted.place as tile, tile.leaf_hash as hash
         from unnest($2::int[], $3::bigint[], $4::bigint[]) wanted (place, first, beyond)
        cross join lateral (
          select index, leaf_hash from entries
           where tenant = $1 and index >= wanted.first and index < wanted.beyond
           order by index limit ${TILE_WIDTH}) tile
        order by wanted.place, tile.index`,
      [tx.tenant, tiles.map(({ place }) => place), tiles.map(firstOf), tiles.map(beyondOf)],
    );
  }

  private async above(tx: Transaction, tiles: readonly (Tile & { place: number })[]): Promise<HashRow[]> {
    if (tiles.length === 0) return [];
    return tx.query<HashRow>(
      `select wanted.place as tile, tile.hash
         from unnest($2::int[], $3::bigint[], $4::bigint[], $5::smallint[]) wanted (place, first, beyond, level)
        cross join lateral (
          select index, hash from tile_hashes
           where tenant = $1 and level = wanted.level and index >= wanted.first and index < wanted.beyond
           order by index limit ${TILE_WIDTH}) tile
        order by wanted.place, tile.index`,
      [
        tx.tenant,
        tiles.map(({ place }) => place),
        tiles.map(firstOf),
        tiles.map(beyondOf),
        tiles.map(({ level }) => level * TILE_HEIGHT),
      ],
    );
  }
}

function firstOf({ index }: Tile): number {
  return index * TILE_WIDTH;
}

function beyondOf(tile: Tile): number {
  return firstOf(tile) + tile.width;
}

function complete(tile: Tile, hashes: readonly Hash[]): Buffer {
  if (hashes.length === tile.width) return Buffer.concat(hashes);
  const message = `Tile ${tile.index} of level ${tile.level} has ${hashes.length} of its ${tile.width} hashes.`;
  throw new AssayError<AuditErrorCode>('bug', 'audit.hashes-missing', message);
}
