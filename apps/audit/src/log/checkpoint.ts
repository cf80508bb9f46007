import { AssayError } from '@assay/kernel';
import type { AuditErrorCode } from '../audit.errors.js';
import { HASH_BYTES, type Hash } from './merkle.js';
import { openNote, signNote } from './note.js';
import type { NoteSigner, NoteVerifier } from './note-key.js';

/** The state of a log at one size: what a signed checkpoint says (c2sp.org/tlog-checkpoint). */
export interface Checkpoint {
  /** Which log: a name without scheme, `assay.example/audit/<tenant>` for instance. */
  readonly origin: string;
  readonly size: number;
  readonly root: Hash;
}

/** The text of a checkpoint: origin, size and base64 of the root, a line each. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`;
}

/**
 * Reads the text of a checkpoint. Lines after the third are extensions and are passed over.
 * @throws AssayError `audit.checkpoint-malformed`
 */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n');
  const [origin = '', size = '', encoded = ''] = lines;
  const root = Buffer.from(encoded, 'base64');
  if (lines.pop() !== '' || lines.length < 3 || lines.includes('')) {
    throw malformed('A checkpoint has at least three lines, and none is empty.');
  }
  if (!/^(?:0|[1-9]\d*)$/.test(size) || !Number.isSafeInteger(Number(size))) {
    throw malformed(`'${size}' is not the size of a log.`);
  }
  if (root.length !== HASH_BYTES || root.toString('base64') !== encoded) {
    throw malformed('The root of the checkpoint is not the base64 of 32 bytes.');
  }
  return { origin, size: Number(size), root };
}

/** A checkpoint as a signed note. The name of the signing key should be the origin. */
export function signCheckpoint(checkpoint: Checkpoint, signers: readonly NoteSigner[]): string {
  return signNote(formatCheckpoint(checkpoint), signers);
}

/**
 * The checkpoint in a note that one of the known keys has signed, for the log named `origin`.
 * @throws AssayError `audit.checkpoint-malformed`, `audit.checkpoint-of-another-log`, and what `openNote` throws
 */
export function openCheckpoint(note: string, origin: string, known: readonly NoteVerifier[]): Checkpoint {
  const checkpoint = parseCheckpoint(openNote(note, known).text);
  if (checkpoint.origin === origin) return checkpoint;
  const message = `The checkpoint is of '${checkpoint.origin}', not of '${origin}'.`;
  throw new AssayError<AuditErrorCode>('invalid', 'audit.checkpoint-of-another-log', message);
}

function malformed(message: string): AssayError<AuditErrorCode> {
  return new AssayError('invalid', 'audit.checkpoint-malformed', message);
}
