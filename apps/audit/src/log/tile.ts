import { AssayError } from '@assay/kernel';
import type { AuditErrorCode } from '../audit.errors.js';
import { nodesAt, type HashReader, type Node } from './tree-coordinates.js';

/** Levels of the tree in one tile (c2sp.org/tlog-tiles fixes 8). */
export const TILE_HEIGHT = 8;

/** Hashes of a full tile. */
export const TILE_WIDTH = 2 ** TILE_HEIGHT;

/**
 * `width` neighbouring hashes of one level, starting at `index * 256`. A hash of tile level L is the root over a complete
 * subtree of 256^L leaves. Width 256 is a full tile, 1 to 255 a partial one at the right edge.
 */
export interface Tile {
  readonly level: number;
  readonly index: number;
  readonly width: number;
}

/** How wide this tile is in a log of `size` entries: 0 (not there yet) to 256. */
export function tileWidth(level: number, index: number, size: number): number {
  const hashes = nodesAt(level * TILE_HEIGHT, size) - index * TILE_WIDTH;
  return Math.max(0, Math.min(TILE_WIDTH, hashes));
}

/** The subtree hashes that a tile consists of, left to right. */
export function nodesOfTile({ level, index, width }: Tile): Node[] {
  const first = index * TILE_WIDTH;
  return Array.from({ length: width }, (_, i) => ({ level: level * TILE_HEIGHT, index: first + i }));
}

/**
 * The bytes of a tile, `width` times 32. Asks the reader once.
 * @throws AssayError `audit.tile-outside-log` if a log of `size` entries has no such tile, or only a narrower one
 */
export async function buildTile(tile: Tile, size: number, read: HashReader): Promise<Buffer> {
  if (tile.width < 1 || tile.width > tileWidth(tile.level, tile.index, size)) {
    const message = `A log of ${size} entries has no tile ${tile.index} of width ${tile.width} at level ${tile.level}.`;
    throw new AssayError<AuditErrorCode>('not-found', 'audit.tile-outside-log', message);
  }
  return Buffer.concat(await read(nodesOfTile(tile)));
}

/** The tiles that a log of `size` entries consists of, partial ones included, level by level. */
export function tilesOf(size: number): Tile[] {
  return tilesBetween(0, size);
}

/** The tiles that are new or wider in a log of `newSize` entries than in its beginning of `oldSize` entries. */
export function tilesBetween(oldSize: number, newSize: number): Tile[] {
  const tiles: Tile[] = [];
  for (let level = 0; nodesAt(level * TILE_HEIGHT, newSize) > 0; level++) {
    const before = nodesAt(level * TILE_HEIGHT, oldSize);
    const now = nodesAt(level * TILE_HEIGHT, newSize);
    if (before === now) continue;
    for (let index = Math.floor(before / TILE_WIDTH); index * TILE_WIDTH < now; index++) {
      tiles.push({ level, index, width: tileWidth(level, index, newSize) });
    }
  }
  return tiles;
}

/**
 * The hashes of tile levels 1 and up that become final when the log grows from `oldSize` to `newSize` entries, as nodes of
 * height 8, 16, …: all that a store has to keep beside the leaf hashes, one in 255 of them.
 */
export function completedTileHashes(oldSize: number, newSize: number): Node[] {
  const nodes: Node[] = [];
  for (let level = TILE_HEIGHT; nodesAt(level, newSize) > 0; level += TILE_HEIGHT) {
    for (let index = nodesAt(level, oldSize); index < nodesAt(level, newSize); index++) nodes.push({ level, index });
  }
  return nodes;
}

/** True for a node whose hash stands in a tile as such: leaves, and roots over 256, 65,536, … leaves. */
export function isTileHash(node: Node): boolean {
  return node.level % TILE_HEIGHT === 0;
}
