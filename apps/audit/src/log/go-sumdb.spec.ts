import { readFileSync } from 'node:fs';
import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { naiveReader, numberedLeaves } from '../../test/naive-tree.js';
import { openCheckpoint, signCheckpoint } from './checkpoint.js';
import { append, emptyFrontier, rootOf } from './frontier.js';
import { hashLeaf } from './merkle.js';
import { noteSigner, parseVerifierKey } from './note-key.js';
import { proveConsistency, proveInclusion } from './proofs.js';
import { buildTile, tilesBetween } from './tile.js';
import { tilePath } from './tile-path.js';

interface Vectors {
  readonly roots: Record<string, string>;
  readonly proofs: readonly { kind: 'inclusion' | 'consistency'; from: number; size: number; steps: string[] }[];
  readonly tileRecordHashes250to520: Record<string, string>;
  readonly verifierKey: string;
  readonly checkpoint: string;
}

const vectors = JSON.parse(
  readFileSync(new URL('../../test/go-sumdb/vectors.json', import.meta.url), 'utf8'),
) as Vectors;
const leaves = numberedLeaves(1000);
const rootAt = (size: number) => rootOf(append(emptyFrontier, leaves.slice(0, size).map(hashLeaf)).frontier);

describe('what golang.org/x/mod/sumdb computes (test/go-sumdb/main.go)', () => {
  it('are our roots', () => {
    const ours = Object.keys(vectors.roots).map((size) => [size, rootAt(Number(size)).toString('hex')]);
    expect(Object.fromEntries(ours)).toEqual(vectors.roots);
  });

  it.each(vectors.proofs)('is our proof of $kind of $from in $size', async ({ kind, from, size, steps }) => {
    const prove = kind === 'inclusion' ? proveInclusion : proveConsistency;
    const proof = await prove(from, size, naiveReader(leaves.slice(0, size)));
    expect(proof.map((step) => step.toString('hex'))).toEqual(steps);
  });

  it('are our tiles, by path and content', async () => {
    const read = naiveReader(leaves.slice(0, 520));
    const tiles = tilesBetween(250, 520).map(async (tile) => {
      const bytes = await buildTile(tile, 520, read);
      return [tilePath(tile).replace('tile/', ''), hashLeaf(bytes).toString('hex')];
    });
    expect(Object.fromEntries(await Promise.all(tiles))).toEqual(vectors.tileRecordHashes250to520);
  });

  it('is our checkpoint, byte by byte, and opens', () => {
    const seed = Buffer.from(Array.from({ length: 32 }, (_, i) => i));
    const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
    const origin = 'assay.example/audit/acme';
    const signer = noteSigner(origin, createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }));
    const checkpoint = { origin, size: 1000, root: rootAt(1000) };
    expect(signCheckpoint(checkpoint, [signer])).toBe(vectors.checkpoint);
    expect(openCheckpoint(vectors.checkpoint, origin, [parseVerifierKey(vectors.verifierKey)])).toEqual(checkpoint);
  });
});
