import { createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto';
import { AssayError } from '@assay/kernel';
import type { AuditErrorCode } from '../audit.errors.js';

/** Signature type of Ed25519 in c2sp.org/signed-note. */
const ED25519 = 0x01;
const ED25519_KEY_BYTES = 32;
const KEY_ID_BYTES = 4;

/** A key that notes are checked with. Name and id together say which key a signature line means. */
export interface NoteVerifier {
  readonly name: string;
  /** Four bytes; a hint to the key, no security rests on it. */
  readonly keyId: Buffer;
  verify(text: Buffer, signature: Buffer): boolean;
}

/** A key that notes are signed with. */
export interface NoteSigner {
  readonly name: string;
  readonly keyId: Buffer;
  sign(text: Buffer): Buffer;
}

/** True for what may name a key: not empty, no Unicode space, no plus (c2sp.org/signed-note, "Format"). */
export function isKeyName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !/[\p{White_Space}\p{Cc}+]/u.test(name);
}

/**
 * A signer from an Ed25519 private key.
 * @throws AssayError `audit.key-malformed` for another type of key or a name that cannot be one
 */
export function noteSigner(name: string, privateKey: KeyObject): NoteSigner {
  const keyId = keyIdOf(name, typedKey(name, createPublicKey(privateKey)));
  return { name, keyId, sign: (text) => sign(null, text, privateKey) };
}

/** A verifier from an Ed25519 public key. Throws as `noteSigner` does. */
export function noteVerifier(name: string, publicKey: KeyObject): NoteVerifier {
  const keyId = keyIdOf(name, typedKey(name, publicKey));
  return { name, keyId, verify: (text, signature) => verify(null, text, publicKey, signature) };
}

/**
 * The text form in which a public key is handed out: `<name>+<key id in hex>+<base64 of type and key>`, the verifier key of
 * golang.org/x/mod/sumdb/note, which the tools of the field read.
 */
export function formatVerifierKey(name: string, publicKey: KeyObject): string {
  const key = typedKey(name, publicKey);
  return `${name}+${keyIdOf(name, key).toString('hex')}+${key.toString('base64')}`;
}

/**
 * Reads the text form of a public key.
 * @throws AssayError `audit.key-malformed` if it is not one, its type is not Ed25519, or its id belongs to another key
 */
export function parseVerifierKey(text: string): NoteVerifier {
  const [, name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text) ?? [];
  if (name === undefined || id === undefined || encoded === undefined || !isKeyName(name)) {
    throw malformed('A verifier key reads <name>+<8 hexadecimal digits>+<base64>.');
  }
  const key = Buffer.from(encoded, 'base64');
  if (key.toString('base64') !== encoded) throw malformed('The key is not valid base64.');
  if (key.length !== 1 + ED25519_KEY_BYTES || key[0] !== ED25519) throw malformed('The key is not an Ed25519 key.');
  if (keyIdOf(name, key).toString('hex') !== id) throw malformed(`Key id ${id} is not that of this name and key.`);
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: key.subarray(1).toString('base64url') };
  return noteVerifier(name, createPublicKey({ key: jwk, format: 'jwk' }));
}

function typedKey(name: string, publicKey: KeyObject): Buffer {
  if (!isKeyName(name)) throw malformed(`'${name}' cannot name a key: it is empty or holds a space or a plus.`);
  const { x } = publicKey.asymmetricKeyType === 'ed25519' ? publicKey.export({ format: 'jwk' }) : {};
  if (x === undefined) throw malformed(`Notes are signed with Ed25519, not with ${publicKey.asymmetricKeyType}.`);
  return Buffer.concat([Buffer.of(ED25519), Buffer.from(x, 'base64url')]);
}

/** `SHA-256(name || 0x0A || type || key)[:4]` (c2sp.org/signed-note, "Signatures"). */
function keyIdOf(name: string, typed: Buffer): Buffer {
  return hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), typed]), 'buffer').subarray(0, KEY_ID_BYTES);
}

function malformed(message: string): AssayError<AuditErrorCode> {
  return new AssayError('invalid', 'audit.key-malformed', message);
}
