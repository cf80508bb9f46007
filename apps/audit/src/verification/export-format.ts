import { AssayError } from '@assay/kernel';
import { z } from 'zod';
import type { AuditErrorCode } from '../audit.errors.js';
import { type Checkpoint, openCheckpoint } from '../log/checkpoint.js';
import type { LogEntry } from '../log/entry.js';
import { parseVerifierKey } from '../log/note-key.js';
import { type LogVerification, type StoredEntry, verifyLog } from '../log/verify-log.js';

/** The first line of an export: which log it is, and the key that it says signed it. */
export interface ExportHead {
  readonly kind: 'log';
  readonly origin: string;
  readonly verifierKey: string;
  readonly size: number;
}

const base64 = z.base64().transform((text) => Buffer.from(text, 'base64'));
const headSchema = z.object({
  kind: z.literal('log'),
  origin: z.string(),
  verifierKey: z.string(),
  size: z.number().int().nonnegative(),
});
const checkpointSchema = z.object({ kind: z.literal('checkpoint'), note: z.string() });
const entrySchema = z.object({
  kind: z.literal('entry'),
  index: z.number().int().nonnegative(),
  entry: z.object({
    v: z.literal(1),
    id: z.string(),
    type: z.string(),
    time: z.string(),
    tenant: z.string(),
    subject: z.string().nullable(),
    actor: z.string(),
    payloadDigest: z.custom<LogEntry['payloadDigest']>((value) => typeof value === 'string'),
  }),
  leafHash: base64,
  payload: z.object({ salt: base64, bytes: base64 }).nullable(),
});

export function exportHead(head: Omit<ExportHead, 'kind'>): string {
  return `${JSON.stringify({ kind: 'log', ...head })}\n`;
}

export function exportCheckpoint(note: string): string {
  return `${JSON.stringify({ kind: 'checkpoint', note })}\n`;
}

/** One entry as a line: all that its leaf and its payload are recomputed from. */
export function exportEntry({ index, entry, leafHash, payload }: StoredEntry): string {
  const text = (bytes: Buffer): string => bytes.toString('base64');
  const exported = payload === null ? null : { salt: text(payload.salt), bytes: text(payload.bytes) };
  return `${JSON.stringify({ kind: 'entry', index, entry, leafHash: text(leafHash), payload: exported })}\n`;
}

/** The outcome for an export, with the log that it is of. */
export interface ExportVerification {
  readonly origin: string;
  readonly checkpoints: number;
  readonly verification: LogVerification;
}

/**
 * Verifies an export without asking anybody: recomputes every entry, leaf and root, and holds them against the signed heads in
 * it. Needs no memory for the entries.
 *
 * @param lines the export's lines, in their order
 * @param trustedKey the log's verifier key from a source of its own. Without it the key in the export is believed, which proves
 * that the export agrees with itself and nothing about who made it.
 * @throws AssayError `audit.export-malformed`, and for forged heads what `openCheckpoint` throws
 */
export async function verifyExport(
  lines: Iterable<string> | AsyncIterable<string>,
  trustedKey?: string,
): Promise<ExportVerification> {
  const reader = readerOf(lines);
  const head = parse(headSchema, await reader.next());
  const key = parseVerifierKey(trustedKey?.trim() ?? head.verifierKey);
  const checkpoints: Checkpoint[] = [];
  let line = await reader.next();
  for (; line !== null && line.startsWith('{"kind":"checkpoint"'); line = await reader.next()) {
    checkpoints.push(openCheckpoint(parse(checkpointSchema, line).note, key.name, [key]));
  }
  const entries = (async function* (): AsyncGenerator<StoredEntry> {
    for (; line !== null; line = await reader.next()) yield parse(entrySchema, line);
  })();
  return { origin: key.name, checkpoints: checkpoints.length, verification: await verifyLog(entries, checkpoints) };
}

function readerOf(lines: Iterable<string> | AsyncIterable<string>): { next(): Promise<string | null> } {
  const iterator = Symbol.asyncIterator in lines ? lines[Symbol.asyncIterator]() : lines[Symbol.iterator]();
  return {
    async next() {
      for (;;) {
        const { done, value } = await iterator.next();
        if (done === true) return null;
        if (value.trim() !== '') return value;
      }
    },
  };
}

function parse<T>(schema: z.ZodType<T>, line: string | null): T {
  try {
    return schema.parse(JSON.parse(line ?? ''));
  } catch (cause) {
    const message = 'A line of the export is not what an export of an audit log has in this place.';
    throw new AssayError<AuditErrorCode>('invalid', 'audit.export-malformed', message, { cause });
  }
}
