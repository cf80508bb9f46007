import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEntryBundle, encodeEntryBundle } from './entry-bundle.js';
import { append, emptyFrontier } from './frontier.js';
import { hashLeaf } from './merkle.js';
import { naiveConsistency, naivePath, naiveReader, naiveRoot, numberedLeaves } from '../../test/naive-tree.js';
import { proveConsistency, proveInclusion } from './proofs.js';
import { hashesFromTiles, type TileReader } from './tile-hashes.js';
import { entriesPath, parseTilePath, tilePath } from './tile-path.js';
import { buildTile, completedTileHashes, isTileHash, tilesBetween, tilesOf } from './tile.js';

describe('tile paths', () => {
  it.each([
    { path: 'tile/0/000.p/5', tile: { level: 0, index: 0, width: 5 } },
    { path: 'tile/1/001', tile: { level: 1, index: 1, width: 256 } },
    { path: 'tile/0/x001/x234/067', tile: { level: 0, index: 1_234_067, width: 256 } },
    { path: 'tile/63/x001/000.p/255', tile: { level: 63, index: 1000, width: 255 } },
  ])('$path reads and writes', ({ path, tile }) => {
    expect(tilePath(tile)).toBe(path);
    expect(parseTilePath(path)).toEqual({ kind: 'hashes', tile });
  });

  it('of entry bundles read and write', () => {
    expect(entriesPath(1_234_067, 112)).toBe('tile/entries/x001/x234/067.p/112');
    expect(parseTilePath('tile/entries/x001/x234/067.p/112')).toEqual({
      kind: 'entries',
      index: 1_234_067,
      width: 112,
    });
  });

  it.each([
    'tile/64/000',
    'tile/00/000',
    'tile/01/000',
    'tile/-1/000',
    'tile/0/0',
    'tile/0/001/002',
    'tile/0/x000/001',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/000.p/',
    'tile/0/000.p/300',
    'tile/data/000',
    'tile/0/x999/x999/x999/x999/x999/999',
    'tile/0/000/',
    '/tile/0/000',
    'tile/0/../000',
    'tile/entries/',
    '',
  ])('%s names nothing', (path) => {
    expect(() => parseTilePath(path)).toThrow(expect.objectContaining({ code: 'audit.tile-path-malformed' }));
  });

  it('are read back for every tile', () => {
    const anyTile = fc.record({
      level: fc.integer({ min: 0, max: 63 }),
      index: fc.maxSafeNat(),
      width: fc.integer({ min: 1, max: 256 }),
    });
    fc.assert(
      fc.property(anyTile, (tile) => {
        expect(parseTilePath(tilePath(tile))).toEqual({ kind: 'hashes', tile });
      }),
    );
  });
});

describe('tiles', () => {
  it('of 70,000 entries are those of the specification', () => {
    const tiles = tilesOf(70_000);
    const count = (level: number, full: boolean) =>
      tiles.filter((tile) => tile.level === level && (tile.width === 256) === full).length;
    expect([count(0, true), count(1, true), count(2, true)]).toEqual([273, 1, 0]);
    expect(tiles.filter(({ width }) => width < 256)).toEqual([
      { level: 0, index: 273, width: 112 },
      { level: 1, index: 1, width: 17 },
      { level: 2, index: 0, width: 1 },
    ]);
    expect(tilesOf(256)).toEqual([
      { level: 0, index: 0, width: 256 },
      { level: 1, index: 0, width: 1 },
    ]);
    expect(tilesOf(0)).toEqual([]);
  });

  it('that are new after growth are those whose bytes differ', () => {
    expect(tilesBetween(250, 520)).toEqual([
      { level: 0, index: 0, width: 256 },
      { level: 0, index: 1, width: 256 },
      { level: 0, index: 2, width: 8 },
      { level: 1, index: 0, width: 2 },
    ]);
    expect(tilesBetween(520, 520)).toEqual([]);
  });

  it('become complete exactly where appending completes their hashes', () => {
    fc.assert(
      fc.property(fc.nat(600), fc.nat(600), (before, more) => {
        const hashes = numberedLeaves(before + more).map(hashLeaf);
        const { frontier } = append(emptyFrontier, hashes.slice(0, before));
        const { completed } = append(frontier, hashes.slice(before));
        const nodes = completed.filter(isTileHash).map(({ level, index }) => ({ level, index }));
        expect(completedTileHashes(before, before + more)).toEqual(nodes);
      }),
      { numRuns: 30 },
    );
    expect(completedTileHashes(65_535, 65_536)).toEqual([
      { level: 8, index: 255 },
      { level: 16, index: 0 },
    ]);
  });

  it('hold the subtree hashes, and not more than the log has', async () => {
    const leaves = numberedLeaves(300);
    const read = naiveReader(leaves);
    expect(await buildTile({ level: 1, index: 0, width: 1 }, 300, read)).toEqual(naiveRoot(leaves.slice(0, 256)));
    const partial = await buildTile({ level: 0, index: 1, width: 44 }, 300, read);
    expect(partial).toEqual(Buffer.concat(leaves.slice(256).map(hashLeaf)));
    for (const tile of [
      { level: 0, index: 1, width: 45 },
      { level: 1, index: 0, width: 2 },
      { level: 2, index: 0, width: 1 },
      { level: 0, index: 0, width: 0 },
    ]) {
      await expect(buildTile(tile, 300, read)).rejects.toMatchObject({ code: 'audit.tile-outside-log' });
    }
  });
});

const tooShort: TileReader = async (tiles) => tiles.map(() => Buffer.alloc(32));

describe('proofs from tiles alone', () => {
  const leaves = numberedLeaves(777);

  function tileStore(size: number): TileReader & { readonly calls: () => number } {
    const read = naiveReader(leaves.slice(0, size));
    let calls = 0;
    const readTiles: TileReader = async (tiles) => {
      calls += 1;
      expect(new Set(tiles.map(tilePath)).size).toBe(tiles.length);
      return Promise.all(tiles.map((tile) => buildTile(tile, size, read)));
    };
    return Object.assign(readTiles, { calls: () => calls });
  }

  it('are the same proofs, from one read', async () => {
    for (const [at, size] of [
      [1, 777],
      [511, 512],
      [512, 777],
      [300, 600],
      [776, 777],
      [255, 257],
    ] as const) {
      const part = leaves.slice(0, size);
      const tiles = tileStore(size);
      expect(await proveInclusion(at, size, hashesFromTiles(size, tiles))).toEqual(naivePath(at, part));
      expect(tiles.calls()).toBe(1);
      expect(await proveConsistency(at, size, hashesFromTiles(size, tiles))).toEqual(naiveConsistency(at, part));
    }
  });

  it('are refused over tiles of the wrong length and subtrees that are not complete', async () => {
    await expect(hashesFromTiles(777, tooShort)([{ level: 0, index: 3 }])).rejects.toMatchObject({
      code: 'audit.hashes-missing',
    });
    await expect(hashesFromTiles(777, tileStore(777))([{ level: 9, index: 1 }])).rejects.toMatchObject({
      code: 'audit.range-outside-log',
    });
  });
});

describe('entry bundles', () => {
  it('give back their entries', () => {
    const anyEntries = fc.array(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      { maxLength: 256 },
    );
    fc.assert(
      fc.property(anyEntries, (entries) => {
        expect(decodeEntryBundle(encodeEntryBundle(entries))).toEqual(entries);
      }),
    );
    expect(encodeEntryBundle([Buffer.from('ab'), Buffer.alloc(0)]).toString('hex')).toBe('000261620000');
  });

  it('hold entries of 65,535 bytes and refuse longer ones', () => {
    expect(decodeEntryBundle(encodeEntryBundle([Buffer.alloc(65_535, 1)]))[0]).toHaveLength(65_535);
    expect(() => encodeEntryBundle([Buffer.alloc(65_536)])).toThrow(
      expect.objectContaining({ code: 'audit.entry-too-large' }),
    );
  });

  it.each(['00', '0002', '000261', '0001610005'])('that end within an entry (%s) are refused', (hex) => {
    const decode = () => decodeEntryBundle(Buffer.from(hex, 'hex'));
    expect(decode).toThrow(expect.objectContaining({ code: 'audit.bundle-malformed' }));
  });
});
