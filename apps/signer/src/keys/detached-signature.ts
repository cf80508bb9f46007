import { sign, verify, type KeyObject } from 'node:crypto';
import type { SigningKey } from './signing-key.js';

/** A signature over bytes held in memory: ECDSA over SHA-256, ASN.1 DER, as `cosign verify-blob --signature` takes it in base64. */
export function signBytes(bytes: Uint8Array, key: SigningKey): Buffer {
  return sign('sha256', bytes, { key: key.privateKey, dsaEncoding: 'der' });
}

/** True if the signature is that of the key over these bytes. */
export function verifyBytes(bytes: Uint8Array, signature: Uint8Array, publicKey: KeyObject): boolean {
  return verify('sha256', bytes, { key: publicKey, dsaEncoding: 'der' }, signature);
}
