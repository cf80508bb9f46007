import { AssayError } from '@assay/kernel';
import type { AuditErrorCode } from '../audit.errors.js';
import { HASH_BYTES, hashNode, type Hash } from './merkle.js';
import { tilePath } from './tile-path.js';
import { TILE_HEIGHT, TILE_WIDTH, tileWidth, type Tile } from './tile.js';
import type { HashReader, Node } from './tree-coordinates.js';

/** Gives the bytes of each tile asked for (`width` times 32), in the order asked. One call is one read. */
export type TileReader = (tiles: readonly Tile[]) => Promise<readonly Buffer[]>;

/**
 * A reader of any hash of a log of `size` entries, from its tiles alone: hashes between tile levels are computed from the
 * tile below them. With it proofs come from what a store keeps (leaf hashes and one in 255 more), or from files fetched by
 * somebody who trusts only the checkpoint. Each call asks for every tile once.
 */
export function hashesFromTiles(size: number, readTiles: TileReader): HashReader {
  return async (nodes) => {
    const wanted = new Map<string, Tile>();
    const homes = nodes.map((node) => {
      const home = homeOf(node, size);
      const path = tilePath(home.tile);
      wanted.set(path, home.tile);
      return { ...home, path };
    });
    const tiles = [...wanted.values()];
    const bytes = await readTiles(tiles);
    const byPath = new Map([...wanted.keys()].map((path, i) => [path, checked(tiles[i]!, bytes[i])]));
    return homes.map(({ path, first, count }) => subtreeHash(byPath.get(path)!, first, count));
  };
}

/** The tile that holds the bottom of a subtree, and which of its hashes these are. */
function homeOf(node: Node, size: number): { tile: Tile; first: number; count: number } {
  const level = Math.floor(node.level / TILE_HEIGHT);
  const count = 2 ** (node.level % TILE_HEIGHT);
  const index = Math.floor((node.index * count) / TILE_WIDTH);
  const first = node.index * count - index * TILE_WIDTH;
  const width = tileWidth(level, index, size);
  if (first + count > width) {
    const message = `Subtree ${node.index} of height ${node.level} is not complete in a log of ${size} entries.`;
    throw new AssayError<AuditErrorCode>('invalid', 'audit.range-outside-log', message);
  }
  return { tile: { level, index, width }, first, count };
}

function subtreeHash(tile: Buffer, first: number, count: number): Hash {
  if (count === 1) return tile.subarray(first * HASH_BYTES, (first + 1) * HASH_BYTES);
  const half = count / 2;
  return hashNode(subtreeHash(tile, first, half), subtreeHash(tile, first + half, half));
}

function checked(tile: Tile, bytes: Buffer | undefined): Buffer {
  if (bytes?.length === tile.width * HASH_BYTES) return bytes;
  const message = `${tilePath(tile)} has ${bytes?.length ?? 0} bytes instead of ${tile.width * HASH_BYTES}.`;
  throw new AssayError<AuditErrorCode>('bug', 'audit.hashes-missing', message);
}
