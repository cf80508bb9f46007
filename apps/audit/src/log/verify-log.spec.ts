import { payloadErasedV1 } from '@assay/contracts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Checkpoint } from './checkpoint.js';
import { encodeEntry, sealEntry, type LogEntry, type Recordable } from './entry.js';
import { append, emptyFrontier, rootOf } from './frontier.js';
import { hashLeaf } from './merkle.js';
import { verifyLog, type StoredEntry } from './verify-log.js';

function recordable(n: number): Recordable {
  return {
    id: `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`,
    type: 'cases.exception.granted.v1',
    time: new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString(),
    tenant: 'acme',
    subject: `case/${n}`,
    actor: 'user/1',
    payload: { reason: `reason ${n}`, n },
  };
}

function aLog(size: number): StoredEntry[] {
  return Array.from({ length: size }, (_, index) => ({ index, ...sealEntry(recordable(index)) }));
}

function checkpointOf(log: readonly StoredEntry[], size = log.length): Checkpoint {
  const hashes = log.slice(0, size).map(({ leafHash }) => leafHash);
  return { origin: 'test', size, root: rootOf(append(emptyFrontier, hashes).frontier) };
}

/** What somebody with the database in his hands does who knows of the leaf hash: he changes both. */
function rewrite(log: readonly StoredEntry[], index: number, change: Partial<LogEntry>): StoredEntry[] {
  const entry = { ...log[index]!.entry, ...change };
  return log.with(index, { ...log[index]!, entry, leafHash: hashLeaf(encodeEntry(entry)) });
}

function flipped(bytes: Buffer, at: number): Buffer {
  return Buffer.from(bytes.map((byte, i) => (i === at % bytes.length ? byte ^ 1 : byte)));
}

function flip(row: StoredEntry, place: string, at: number): StoredEntry {
  const { salt, bytes } = row.payload!;
  if (place === 'bytes') return { ...row, payload: { salt, bytes: flipped(bytes, at) } };
  if (place === 'salt') return { ...row, payload: { bytes, salt: flipped(salt, at) } };
  if (place === 'leafHash') return { ...row, leafHash: flipped(row.leafHash, at) };
  return { ...row, entry: { ...row.entry, [place]: `${row.entry[place as 'actor']}!` } };
}

const sealWith = (change: Partial<Recordable>) => () => sealEntry({ ...recordable(0), ...change });

describe('an entry', () => {
  it('is canonical JSON of what the leaf commits to, and nothing of the payload', () => {
    const { entry, payload } = sealEntry(recordable(7), Buffer.alloc(16, 7));
    expect(encodeEntry(entry).toString()).toBe(
      '{"actor":"user/1","id":"00000000-0000-7000-8000-000000000007",' +
        '"payloadDigest":"sha256:c340271d539979c0b3d3be62a7caaad8b652775ea8cd00b3b5646be72876e8bd",' +
        '"subject":"case/7","tenant":"acme","time":"2026-01-01T00:00:07.000Z","type":"cases.exception.granted.v1","v":1}',
    );
    expect(payload.bytes.toString()).toBe('{"n":7,"reason":"reason 7"}');
  });

  it('hides equal payloads from each other', () => {
    expect(sealEntry(recordable(1)).entry.payloadDigest).not.toBe(sealEntry(recordable(1)).entry.payloadDigest);
  });

  it('has the same leaf however precisely its time was written, and whatever else a row brings along', () => {
    const salt = Buffer.alloc(16);
    const sealed = sealEntry(recordable(0), salt);
    expect(sealEntry({ ...recordable(0), time: '2026-01-01T01:00:00+01:00' }, salt)).toEqual(sealed);
    expect(encodeEntry(Object.assign({ column: 1 }, sealed.entry))).toEqual(encodeEntry(sealed.entry));
  });

  it('is refused where it could not be served or has no canonical form', () => {
    expect(sealWith({ subject: 'x'.repeat(65_536) })).toThrow(
      expect.objectContaining({ code: 'audit.entry-too-large' }),
    );
    for (const payload of [undefined, Number.NaN, { lone: '\ud800' }]) {
      expect(sealWith({ payload })).toThrow(expect.objectContaining({ code: 'audit.entry-invalid' }));
    }
    expect(sealWith({ time: 'yesterday' })).toThrow(expect.objectContaining({ code: 'audit.entry-invalid' }));
  });
});

describe('verifying a log', () => {
  const log = aLog(100);
  const head = checkpointOf(log);

  it('finds an untouched log intact, from a stream, with erased payloads and entries newer than the checkpoint', async () => {
    const record = sealEntry({ ...recordable(100), type: payloadErasedV1.type, subject: '3' });
    const told = [...log, { index: 100, ...record }];
    async function* stream() {
      yield* told.with(3, { ...log[3]!, payload: null });
    }
    expect(await verifyLog(stream(), [checkpointOf(log, 90)])).toEqual({
      intact: true,
      size: 101,
      erased: 1,
      uncovered: 11,
    });
    expect(await verifyLog([], [checkpointOf([], 0)])).toMatchObject({ intact: true, size: 0 });
    expect(await verifyLog(log, [head, checkpointOf(log, 0), checkpointOf(log, 7)])).toMatchObject({ uncovered: 0 });
  });

  it('takes a payload that is gone without a record of its erasure for altered', async () => {
    const robbed = log.with(7, { ...log[7]!, payload: null }).with(3, { ...log[3]!, payload: null });
    expect(await verifyLog(robbed, [head])).toMatchObject({ intact: false, index: 3, differs: 'erasure' });
  });

  it('names the first entry with a flipped byte, wherever it is', async () => {
    const where = fc.constantFrom('bytes', 'salt', 'leafHash', 'subject', 'actor', 'payloadDigest');
    await fc.assert(
      fc.asyncProperty(where, fc.nat(99), fc.nat(99), fc.nat(), async (place, a, b, at) => {
        const touched = [a, b].reduce((rows, index) => rows.with(index, flip(rows[index]!, place, at)), log);
        fc.pre(a !== b);
        const differs = place === 'bytes' || place === 'salt' ? 'payload' : 'leaf';
        expect(await verifyLog(touched, [head])).toMatchObject({
          intact: false,
          index: Math.min(a, b),
          lastIndex: Math.min(a, b),
          differs,
        });
      }),
    );
  });

  it('says which entry is missing, at the start, in the middle and at the end', async () => {
    for (const index of [0, 41, 99]) {
      const result = await verifyLog(log.toSpliced(index, 1), [head]);
      expect(result).toMatchObject({ intact: false, index, differs: 'missing' });
    }
    expect(await verifyLog([], [head])).toMatchObject({ index: 0, differs: 'missing' });
  });

  it('says where the order was changed or an entry slipped in', async () => {
    const swapped = log.with(10, log[11]!).with(11, log[10]!);
    expect(await verifyLog(swapped, [head])).toMatchObject({ index: 10, differs: 'missing' });
    expect(await verifyLog(log.toSpliced(10, 0, log[4]!), [head])).toMatchObject({ index: 10, differs: 'order' });
    const renumbered = swapped.map((row, index) => ({ ...row, index }));
    expect(await verifyLog(renumbered, [head])).toMatchObject({ differs: 'root', index: 0, lastIndex: 99 });
  });

  it('finds an entry rewritten together with its leaf hash, between the checkpoints that bound it', async () => {
    const rewritten = rewrite(log, 42, { actor: 'user/2' });
    expect(await verifyLog(rewritten, [head])).toMatchObject({ differs: 'root', index: 0, lastIndex: 99 });
    const checkpoints = [40, 43, 100].map((size) => checkpointOf(log, size));
    expect(await verifyLog(rewritten, checkpoints)).toMatchObject({ differs: 'root', index: 40, lastIndex: 42 });
    const alone = [42, 43, 100].map((size) => checkpointOf(log, size));
    expect(await verifyLog(rewritten, alone)).toMatchObject({ differs: 'root', index: 42, lastIndex: 42 });
  });

  it('does not let a clumsy change hide a careful one before it', async () => {
    const careful = rewrite(log, 10, { actor: 'user/2' });
    const both = careful.with(20, { ...careful[20]!, entry: { ...careful[20]!.entry, actor: 'user/3' } });
    const result = await verifyLog(both, [head]);
    expect(result).toMatchObject({ differs: 'root', index: 0, lastIndex: 99 });
    expect(result).toHaveProperty('message', expect.stringContaining('Entry 20 is not what its leaf hash says'));
  });

  it('blames the stored hash, not the entry, where that is what was changed', async () => {
    const touched = log.with(5, { ...log[5]!, leafHash: Buffer.alloc(7) });
    expect(await verifyLog(touched, [head])).toMatchObject({ differs: 'leaf', index: 5, lastIndex: 5 });
  });

  it('names an entry that was altered beyond what can be encoded', async () => {
    const touched = log.with(5, { ...log[5]!, entry: { ...log[5]!.entry, actor: '\ud800' } });
    expect(await verifyLog(touched, [head])).toMatchObject({ differs: 'leaf', index: 5 });
  });
});
