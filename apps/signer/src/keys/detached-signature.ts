import { createSign, createVerify, type KeyObject } from 'node:crypto';
import type { SigningKey } from './signing-key.js';

/**
 * A signature over bytes held in memory: ECDSA over SHA-256, ASN.1 DER, as `cosign verify-blob --signature` takes it in base64.
 * The streaming interface, because the one-shot `sign` of node:crypto sets up a job for each call and takes three times as long.
 */
export function signBytes(bytes: Uint8Array, key: SigningKey): Buffer {
  return createSign('sha256').update(bytes).sign({ key: key.privateKey, dsaEncoding: 'der' });
}

/** True if the signature is that of the key over these bytes. */
export function verifyBytes(bytes: Uint8Array, signature: Uint8Array, publicKey: KeyObject): boolean {
  return createVerify('sha256').update(bytes).verify({ key: publicKey, dsaEncoding: 'der' }, signature);
}
