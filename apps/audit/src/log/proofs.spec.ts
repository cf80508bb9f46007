import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { append, decodeFrontier, emptyFrontier, encodeFrontier, rootOf } from './frontier.js';
import { hashLeaf } from './merkle.js';
import { naiveConsistency, naivePath, naiveReader, naiveRoot, numberedLeaves } from '../../test/naive-tree.js';
import { proveConsistency, proveInclusion } from './proofs.js';
import { verifyConsistency, verifyInclusion } from './verify-proof.js';

/** The eight leaves, roots and proofs that the Certificate Transparency implementations test RFC 6962 with. */
const ctLeaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => Buffer.from(hex, 'hex'));
const ctRoots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const n10 = '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7';
const n11 = '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e';
const n21 = '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4';
const n04 = 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b';
const n13 = 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0';
const n12 = '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a';

const grown = (leaves: readonly Buffer[]) => append(emptyFrontier, leaves.map(hashLeaf)).frontier;
const hex = (hashes: readonly Buffer[]) => hashes.map((hash) => hash.toString('hex'));

describe('the tree of RFC 6962', () => {
  it.each(ctRoots.map((root, size) => ({ size, root })))('has the published root at $size leaves', ({ size, root }) => {
    expect(rootOf(grown(ctLeaves.slice(0, size))).toString('hex')).toBe(root);
  });

  it.each([
    { index: 0, size: 1, path: [] },
    { index: 0, size: 8, path: [n10, n11, n21] },
    { index: 5, size: 8, path: [n04, n13, ctRoots[4]] },
    { index: 2, size: 3, path: [ctRoots[2]] },
    { index: 1, size: 5, path: [ctRoots[1], n11, n04] },
  ])('gives the published inclusion proof of leaf $index in $size', async ({ index, size, path }) => {
    expect(hex(await proveInclusion(index, size, naiveReader(ctLeaves)))).toEqual(path);
  });

  it.each([
    { from: 1, to: 1, proof: [] },
    { from: 1, to: 8, proof: [n10, n11, n21] },
    { from: 6, to: 8, proof: [n12, n13, ctRoots[4]] },
    { from: 2, to: 5, proof: [n11, n04] },
  ])('gives the published consistency proof from $from to $to', async ({ from, to, proof }) => {
    expect(hex(await proveConsistency(from, to, naiveReader(ctLeaves)))).toEqual(proof);
  });
});

describe('appending', () => {
  it('gives the same root however the entries are grouped, also across a restart', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 8 }), (groups) => {
        const leaves = numberedLeaves(groups.reduce((sum, count) => sum + count, 0));
        let frontier = emptyFrontier;
        for (const count of groups) {
          const part = leaves.slice(frontier.size, frontier.size + count).map(hashLeaf);
          const next = append(frontier, part).frontier;
          frontier = decodeFrontier(next.size, encodeFrontier(next));
        }
        expect(rootOf(frontier)).toEqual(naiveRoot(leaves));
      }),
    );
  });

  it('hands out every complete subtree exactly once, with its root', async () => {
    const leaves = numberedLeaves(300);
    const first = append(emptyFrontier, leaves.slice(0, 77).map(hashLeaf));
    const second = append(first.frontier, leaves.slice(77).map(hashLeaf));
    const completed = [...first.completed, ...second.completed];
    expect(new Set(completed.map(({ level, index }) => `${level}/${index}`)).size).toBe(300 - 4); // 300 = 0b100101100
    expect(completed.map(({ hash }) => hash)).toEqual(await naiveReader(leaves)(completed));
  });

  it('refuses a stored frontier that does not fit its size', () => {
    expect(() => decodeFrontier(5, Buffer.alloc(32))).toThrow('frontier of 2 hashes');
  });
});

describe('proofs', () => {
  const leaves = numberedLeaves(70);
  const pair = fc
    .integer({ min: 1, max: leaves.length })
    .chain((size) => fc.record({ size: fc.constant(size), at: fc.integer({ min: 0, max: size - 1 }) }));

  it('of inclusion are those of the recursive definition, verify, and cost one read', async () => {
    await fc.assert(
      fc.asyncProperty(pair, async ({ size, at }) => {
        const read = naiveReader(leaves.slice(0, size));
        const proof = await proveInclusion(at, size, read);
        expect(proof).toEqual(naivePath(at, leaves.slice(0, size)));
        expect(read.calls()).toBeLessThanOrEqual(1);
        const claim = { index: at, leafHash: hashLeaf(leaves[at]!), size, root: naiveRoot(leaves.slice(0, size)) };
        expect(verifyInclusion(claim, proof)).toBe(true);
      }),
    );
  });

  it('of consistency are those of the recursive definition, verify, and cost one read', async () => {
    await fc.assert(
      fc.asyncProperty(pair, async ({ size, at }) => {
        const read = naiveReader(leaves.slice(0, size));
        const proof = await proveConsistency(at, size, read);
        expect(proof).toEqual(at === 0 ? [] : naiveConsistency(at, leaves.slice(0, size)));
        expect(read.calls()).toBeLessThanOrEqual(1);
        const [oldRoot, newRoot] = [naiveRoot(leaves.slice(0, at)), naiveRoot(leaves.slice(0, size))];
        expect(verifyConsistency({ oldSize: at, oldRoot, newSize: size, newRoot }, proof)).toBe(true);
      }),
    );
  });

  it('do not verify with anything changed: position, size, leaf, root, a step, a step more or less', async () => {
    await fc.assert(
      fc.asyncProperty(pair, fc.nat(), async ({ size, at }, seed) => {
        const part = leaves.slice(0, size);
        const claim = { index: at, leafHash: hashLeaf(leaves[at]!), size, root: naiveRoot(part) };
        const proof = await proveInclusion(at, size, naiveReader(part));
        const wrong = hashLeaf(Buffer.from(`wrong ${seed}`));
        const bent = proof.map((step, i) => (i === seed % Math.max(1, proof.length) ? wrong : step));
        expect(verifyInclusion({ ...claim, leafHash: wrong }, proof)).toBe(false);
        expect(verifyInclusion({ ...claim, root: wrong }, proof)).toBe(false);
        expect(verifyInclusion({ ...claim, index: (at + 1) % size }, proof)).toBe(size === 1);
        expect(verifyInclusion({ ...claim, index: size }, proof)).toBe(false);
        expect(verifyInclusion({ ...claim, index: -1 }, proof)).toBe(false);
        expect(verifyInclusion(claim, [...proof, wrong])).toBe(false);
        expect(verifyInclusion(claim, [...proof, wrong.subarray(1)])).toBe(false);
        expect(verifyInclusion(claim, bent)).toBe(proof.length === 0);
        expect(verifyInclusion(claim, proof.slice(1))).toBe(proof.length === 0);
      }),
    );
  });

  it('do not verify for a larger log than they were made for, although they lead to its root', async () => {
    const four = leaves.slice(0, 4);
    const claim = { index: 0, leafHash: hashLeaf(four[0]!), size: 5, root: naiveRoot(four) };
    expect(verifyInclusion(claim, await proveInclusion(0, 4, naiveReader(four)))).toBe(false);
    const growth = { oldSize: 2, oldRoot: naiveRoot(four.slice(0, 2)), newSize: 5, newRoot: naiveRoot(four) };
    expect(verifyConsistency(growth, await proveConsistency(2, 4, naiveReader(four)))).toBe(false);
  });

  it('do not verify a history that was rewritten', async () => {
    const rewritten = leaves.with(3, Buffer.from('rewritten'));
    for (const oldSize of [4, 5, 16, 33, 69]) {
      const proof = await proveConsistency(oldSize, 70, naiveReader(rewritten));
      const claim = {
        oldSize,
        oldRoot: naiveRoot(leaves.slice(0, oldSize)),
        newSize: 70,
        newRoot: naiveRoot(rewritten),
      };
      expect(verifyConsistency(claim, proof)).toBe(false);
      expect(verifyConsistency({ ...claim, oldRoot: naiveRoot(rewritten.slice(0, oldSize)) }, proof)).toBe(true);
      expect(verifyConsistency({ ...claim, newRoot: claim.oldRoot }, proof)).toBe(false);
    }
    const same = {
      oldSize: 7,
      oldRoot: naiveRoot(leaves.slice(0, 7)),
      newSize: 7,
      newRoot: naiveRoot(rewritten.slice(0, 7)),
    };
    expect(verifyConsistency(same, [])).toBe(false);
  });

  it('are refused for what is not in the log', async () => {
    const read = naiveReader(leaves);
    await expect(proveInclusion(70, 70, read)).rejects.toMatchObject({ code: 'audit.range-outside-log' });
    await expect(proveInclusion(0.5, 70, read)).rejects.toMatchObject({ code: 'audit.range-outside-log' });
    await expect(proveConsistency(71, 70, read)).rejects.toMatchObject({ code: 'audit.range-outside-log' });
    await expect(proveInclusion(0, 70, async () => [])).rejects.toMatchObject({ code: 'audit.hashes-missing' });
  });
});
