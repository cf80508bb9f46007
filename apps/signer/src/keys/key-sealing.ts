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
import { AssayError, type TenantSlug } from '@assay/kernel';
import type { SignerErrorCode } from '../signer.errors.js';
import { MASTER_KEY_MIN_CHARACTERS } from '../limits.js';
import { signingKeyOf, type KeyId, type SigningKey } from './signing-key.js';

/** The secret under which keys lie encrypted at rest. A KeyObject shows nothing of itself in logs. */
export type MasterKey = KeyObject;

/** Layout of a sealed key, in bytes: format 1, salt, check value, nonce, ciphertext, authentication tag. */
const FORMAT = 1;
const SALT_BYTES = 16;
const CHECK_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const CIPHER = 'aes-256-gcm';
const HEADER_BYTES = 1 + SALT_BYTES + CHECK_BYTES + NONCE_BYTES;

/**
 * The master key from the text of `ASSAY_MASTER_KEY`. The text should be random; HKDF spreads what is in it and makes a
 * weak passphrase no stronger.
 * @throws AssayError `signer.master-key-too-short`
 */
export function masterKeyFrom(text: string): MasterKey {
  if (text.length >= MASTER_KEY_MIN_CHARACTERS) return createSecretKey(text, 'utf8');
  const message = `ASSAY_MASTER_KEY has ${text.length} characters; it needs at least ${MASTER_KEY_MIN_CHARACTERS}.`;
  throw new AssayError<SignerErrorCode>('invalid', 'signer.master-key-too-short', message);
}

/**
 * Encrypts a private key for its row: PKCS #8 under AES-256-GCM, with a key that HKDF-SHA256 derives from the master key
 * and a random salt. Tenant and key id are authenticated, so a row moved to another tenant does not open.
 */
export function sealSigningKey(key: SigningKey, tenant: TenantSlug, masterKey: MasterKey): Buffer {
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const { secret, check } = derive(masterKey, salt);
  const cipher = createCipheriv(CIPHER, secret, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associatedData(tenant, key.id));
  const pkcs8 = key.privateKey.export({ type: 'pkcs8', format: 'der' });
  const ciphertext = Buffer.concat([cipher.update(pkcs8), cipher.final()]);
  pkcs8.fill(0);
  return Buffer.concat([Buffer.of(FORMAT), salt, check, nonce, ciphertext, cipher.getAuthTag()]);
}

/**
 * Decrypts a private key.
 * @throws AssayError `signer.master-key-wrong` (kind `unavailable`: nothing is lost, work waits until the operator has put the
 * right key back) or `signer.sealed-key-damaged` (kind `bug`: the row was altered or belongs to another tenant or key)
 */
export function openSigningKey(sealed: Buffer, keyId: KeyId, tenant: TenantSlug, masterKey: MasterKey): SigningKey {
  if (sealed.length <= HEADER_BYTES + TAG_BYTES || sealed[0] !== FORMAT) throw damaged(keyId, tenant);
  const salt = sealed.subarray(1, 1 + SALT_BYTES);
  const { secret, check } = derive(masterKey, salt);
  if (!timingSafeEqual(check, sealed.subarray(1 + SALT_BYTES, 1 + SALT_BYTES + CHECK_BYTES))) {
    const message = `ASSAY_MASTER_KEY is not the one that signing key ${keyId} of '${tenant}' was encrypted with.`;
    throw new AssayError<SignerErrorCode>('unavailable', 'signer.master-key-wrong', message);
  }
  const nonce = sealed.subarray(HEADER_BYTES - NONCE_BYTES, HEADER_BYTES);
  const decipher = createDecipheriv(CIPHER, secret, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(associatedData(tenant, keyId));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    const pkcs8 = Buffer.concat([decipher.update(sealed.subarray(HEADER_BYTES, -TAG_BYTES)), decipher.final()]);
    const key = signingKeyOf(createPrivateKey({ key: pkcs8, type: 'pkcs8', format: 'der' }));
    pkcs8.fill(0);
    if (key.id === keyId) return key;
  } catch (cause) {
    throw damaged(keyId, tenant, cause);
  }
  throw damaged(keyId, tenant);
}

/** The encryption key, and a value that tells a wrong master key from a damaged row, which GCM alone cannot. */
function derive(masterKey: MasterKey, salt: Buffer): { secret: Buffer; check: Buffer } {
  const expand = (info: string, bytes: number) => Buffer.from(hkdfSync('sha256', masterKey, salt, info, bytes));
  return {
    secret: expand('assay/signer/private-key/v1/encryption', KEY_BYTES),
    check: expand('assay/signer/private-key/v1/check', CHECK_BYTES),
  };
}

/** Neither a tenant's slug nor a key id can hold a slash, so the parts cannot run into each other. */
function associatedData(tenant: TenantSlug, keyId: KeyId): Buffer {
  return Buffer.from(`assay/signer/private-key/v1/${tenant}/${keyId}`);
}

function damaged(keyId: KeyId, tenant: TenantSlug, cause?: unknown): AssayError<SignerErrorCode> {
  const message = `Signing key ${keyId} of '${tenant}' is damaged, or its row belongs to another key or tenant.`;
  return new AssayError('bug', 'signer.sealed-key-damaged', message, { cause });
}
