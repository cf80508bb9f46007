import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createSecretKey,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';
import { AssayError } from '@assay/kernel';
import type { IdentityErrorCode } from './identity.errors.js';
import { derivedKeyBytes, masterKeyMinCharacters } from './limits.js';
import { keyPurposes } from './secrets.js';

/** The secret under which private keys lie encrypted at rest. A KeyObject shows nothing of itself in logs. */
export type MasterKey = KeyObject;

/** Layout of a sealed key, in bytes: format 1, salt, check value, nonce, ciphertext, authentication tag. */
const format = 1;
const saltBytes = 16;
const checkBytes = 8;
const nonceBytes = 12;
const tagBytes = 16;
const cipherName = 'aes-256-gcm';
const headerBytes = 1 + saltBytes + checkBytes + nonceBytes;

/**
 * The master key from the text of `ASSAY_MASTER_KEY`. The text should be random; HKDF spreads what is in it and makes a
 * weak passphrase no stronger.
 * @throws AssayError `identity.master-key-too-short`
 */
export function masterKeyFrom(text: string): MasterKey {
  if (text.length >= masterKeyMinCharacters) return createSecretKey(text, 'utf8');
  const message = `ASSAY_MASTER_KEY has ${text.length} characters; it needs at least ${masterKeyMinCharacters}.`;
  throw new AssayError<IdentityErrorCode>('invalid', 'identity.master-key-too-short', message);
}

/**
 * Encrypts a private key for its row: PKCS #8 under AES-256-GCM, with a key that HKDF-SHA256 derives from the master key
 * and a random salt. `owner` says whose key it is (`signer/<tenant>/<key id>`) and is authenticated, so that a row that was
 * moved to another tenant or service does not open.
 */
export function sealPrivateKey(privateKey: KeyObject, owner: string, masterKey: MasterKey): Buffer {
  const salt = randomBytes(saltBytes);
  const nonce = randomBytes(nonceBytes);
  const { secret, check } = derive(masterKey, salt);
  const cipher = createCipheriv(cipherName, secret, nonce, { authTagLength: tagBytes });
  cipher.setAAD(associatedData(owner));
  const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' });
  const ciphertext = Buffer.concat([cipher.update(pkcs8), cipher.final()]);
  pkcs8.fill(0);
  return Buffer.concat([Buffer.of(format), salt, check, nonce, ciphertext, cipher.getAuthTag()]);
}

/**
 * Decrypts a private key.
 * @throws AssayError `identity.master-key-wrong` (kind `unavailable`: nothing is lost, work waits until the operator has put
 * the right key back) or `identity.sealed-key-damaged` (kind `bug`: the row was altered or belongs to another owner)
 */
export function openPrivateKey(sealed: Buffer, owner: string, masterKey: MasterKey): KeyObject {
  if (sealed.length <= headerBytes + tagBytes || sealed[0] !== format) throw damaged(owner);
  const { secret, check } = derive(masterKey, sealed.subarray(1, 1 + saltBytes));
  if (!timingSafeEqual(check, sealed.subarray(1 + saltBytes, 1 + saltBytes + checkBytes))) {
    const message = `ASSAY_MASTER_KEY is not the one that the key ${owner} was encrypted with.`;
    throw new AssayError<IdentityErrorCode>('unavailable', 'identity.master-key-wrong', message);
  }
  const nonce = sealed.subarray(headerBytes - nonceBytes, headerBytes);
  const decipher = createDecipheriv(cipherName, secret, nonce, { authTagLength: tagBytes });
  decipher.setAAD(associatedData(owner));
  decipher.setAuthTag(sealed.subarray(-tagBytes));
  try {
    const pkcs8 = Buffer.concat([decipher.update(sealed.subarray(headerBytes, -tagBytes)), decipher.final()]);
    const key = createPrivateKey({ key: pkcs8, type: 'pkcs8', format: 'der' });
    pkcs8.fill(0);
    return key;
  } catch (cause) {
    throw damaged(owner, cause);
  }
}

/** The encryption key, and a value that tells a wrong master key from a damaged row, which GCM alone cannot. */
function derive(masterKey: MasterKey, salt: Buffer): { secret: Buffer; check: Buffer } {
  const expand = (part: string, bytes: number): Buffer =>
    Buffer.from(hkdfSync('sha256', masterKey, salt, `assay/${keyPurposes.keyEncryption}/v1/${part}`, bytes));
  return { secret: expand('encryption', derivedKeyBytes), check: expand('check', checkBytes) };
}

function associatedData(owner: string): Buffer {
  return Buffer.from(`assay/private-key/v1/${owner}`);
}

function damaged(owner: string, cause?: unknown): AssayError<IdentityErrorCode> {
  const message = `The sealed key ${owner} is damaged, or its row belongs to another owner.`;
  return new AssayError('bug', 'identity.sealed-key-damaged', message, { cause });
}
