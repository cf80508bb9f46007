import { AssayError } from '@assay/kernel';
import type { AuditErrorCode } from '../audit.errors.js';
import { NOTE_MAX_BYTES, NOTE_MAX_SIGNATURES } from '../limits.js';
import { isKeyName, type NoteSigner, type NoteVerifier } from './note-key.js';

const KEY_ID_BYTES = 4;
const signatureLine = /^— (\S+) ([A-Za-z0-9+/]+=*)$/u;

/** One signature line: who is said to have signed, the id of the key, and the signature. */
export interface NoteSignature {
  readonly name: string;
  readonly keyId: Buffer;
  readonly signature: Buffer;
}

/** A signed note (c2sp.org/signed-note) as it came: its text, final newline included, and signatures yet to be checked. */
export interface Note {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/**
 * Signs a text, which must end in a newline and hold no other control character, with every signer, in this order.
 * Lines of `signatures` (a witness's, say) are kept before the new ones.
 * @throws AssayError `audit.note-malformed`
 */
export function signNote(
  text: string,
  signers: readonly NoteSigner[],
  signatures: readonly NoteSignature[] = [],
): string {
  if (!isNoteText(text)) throw malformed('A note is UTF-8 text of whole lines without control characters.');
  const bytes = Buffer.from(text);
  const added = signers.map(({ name, keyId, sign }) => ({ name, keyId, signature: sign(bytes) }));
  return `${text}\n${[...signatures, ...added].map(formatSignature).join('')}`;
}

/**
 * Takes a note apart without checking its signatures.
 * @throws AssayError `audit.note-malformed`
 */
export function parseNote(note: string): Note {
  if (Buffer.byteLength(note) > NOTE_MAX_BYTES) throw malformed(`The note is longer than ${NOTE_MAX_BYTES} bytes.`);
  const separator = note.lastIndexOf('\n\n');
  const text = note.slice(0, separator + 1);
  const lines = note.slice(separator + 2).split('\n');
  if (separator < 0 || !isNoteText(text)) throw malformed('A note is text, an empty line, and signatures.');
  if (lines.pop() !== '' || lines.length === 0) throw malformed('The last line of the note is not a signature.');
  if (lines.length > NOTE_MAX_SIGNATURES) throw malformed(`The note has more than ${NOTE_MAX_SIGNATURES} signatures.`);
  return { text, signatures: lines.map(parseSignature) };
}

/**
 * The text of a note that at least one of the known keys has signed. Lines of unknown keys are passed over; a line that
 * claims a known key and does not verify spoils the note.
 * @throws AssayError `audit.note-malformed`, `audit.note-unsigned` (no line of a known key), `audit.note-signature-wrong`
 */
export function openNote(note: string, known: readonly NoteVerifier[]): Note {
  const parsed = parseNote(note);
  const bytes = Buffer.from(parsed.text);
  const verified: NoteSignature[] = [];
  for (const line of parsed.signatures) {
    const key = known.find((candidate) => candidate.name === line.name && candidate.keyId.equals(line.keyId));
    if (key === undefined) continue;
    if (!key.verify(bytes, line.signature)) {
      const message = `The signature of ${line.name} (${line.keyId.toString('hex')}) does not fit the text.`;
      throw new AssayError<AuditErrorCode>('invalid', 'audit.note-signature-wrong', message);
    }
    verified.push(line);
  }
  if (verified.length === 0) {
    const names = known.map(({ name, keyId }) => `${name} (${keyId.toString('hex')})`).join(', ');
    throw new AssayError<AuditErrorCode>('invalid', 'audit.note-unsigned', `The note is not signed by ${names}.`);
  }
  return { text: parsed.text, signatures: verified };
}

function formatSignature({ name, keyId, signature }: NoteSignature): string {
  return `— ${name} ${Buffer.concat([keyId, signature]).toString('base64')}\n`;
}

function parseSignature(line: string): NoteSignature {
  const [, name, encoded] = signatureLine.exec(line) ?? [];
  const bytes = Buffer.from(encoded ?? '', 'base64');
  const strict = bytes.length > KEY_ID_BYTES && bytes.toString('base64') === encoded;
  if (name === undefined || !isKeyName(name) || !strict) throw malformed('A signature line of the note is malformed.');
  return { name, keyId: bytes.subarray(0, KEY_ID_BYTES), signature: bytes.subarray(KEY_ID_BYTES) };
}

function isNoteText(text: string): boolean {
  return text.endsWith('\n') && text.isWellFormed() && Array.from(text).every((each) => each >= ' ' || each === '\n');
}

function malformed(message: string): AssayError<AuditErrorCode> {
  return new AssayError('invalid', 'audit.note-malformed', message);
}
