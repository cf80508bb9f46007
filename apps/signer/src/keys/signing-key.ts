import { createPublicKey, generateKeyPair, hash, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

/** Identifies a key: the SHA-256 of its public part as SPKI DER, in lower-case hexadecimal. */
export type KeyId = string;

/** A tenant's key pair: ECDSA on P-256, which stock cosign verifies without being told anything but the public key. */
export interface SigningKey {
  readonly id: KeyId;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const newKeyPair = promisify(generateKeyPair);

/** A new key pair. */
export async function generateSigningKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await newKeyPair('ec', { namedCurve: 'P-256' });
  return { id: keyIdOf(publicKey), privateKey, publicKey };
}

/** The pair that belongs to a private key. */
export function signingKeyOf(privateKey: KeyObject): SigningKey {
  const publicKey = createPublicKey(privateKey);
  return { id: keyIdOf(publicKey), privateKey, publicKey };
}

/** The id of a public key. */
export function keyIdOf(publicKey: KeyObject): KeyId {
  return hash('sha256', publicKey.export({ type: 'spki', format: 'der' }));
}

/** The public key as people and cosign take it: SPKI in PEM (RFC 7468 §13). */
export function publicKeyPem(publicKey: KeyObject): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}
