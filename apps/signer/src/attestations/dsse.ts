import { createSign, createVerify, verify, type KeyObject } from 'node:crypto';
import type { SigningKey } from '../keys/signing-key.js';

/** Payload type of in-toto statements in a DSSE envelope. */
export const IN_TOTO_PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** A signature. The key id is a hint and signed by nobody. */
export interface EnvelopeSignature {
  readonly keyid: string;
  readonly sig: Buffer;
}

/** A DSSE envelope, its payload decoded and possibly in pieces. */
export interface Envelope {
  readonly payloadType: string;
  readonly payload: readonly Buffer[];
  readonly signatures: readonly EnvelopeSignature[];
}

/**
 * What comes before the payload in the pre-authentication encoding (DSSE v1.0.0, "Signature Definition"):
 * `DSSEv1 <length of type> <type> <length of payload> `.
 */
export function paeHeader(payloadType: string, payloadBytes: number): Buffer {
  return Buffer.from(`DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payloadBytes} `);
}

/** Signs a payload with ECDSA over SHA-256; the signature is ASN.1 DER. Reads the pieces in place. */
export function signEnvelope(payloadType: string, payload: readonly Buffer[], key: SigningKey): Envelope {
  const signer = createSign('sha256');
  for (const piece of authenticated(payloadType, payload)) signer.update(piece);
  const sig = signer.sign({ key: key.privateKey, dsaEncoding: 'der' });
  return { payloadType, payload, signatures: [{ keyid: key.id, sig }] };
}

/** True if the signature is that of the key over type and payload. Knows ECDSA and RSA (PKCS #1) with SHA-256, and Ed25519. */
export function verifySignature(envelope: Envelope, signature: Buffer, publicKey: KeyObject): boolean {
  const pieces = authenticated(envelope.payloadType, envelope.payload);
  if (publicKey.asymmetricKeyType === 'ed25519') return verify(null, Buffer.concat(pieces), publicKey, signature);
  if (publicKey.asymmetricKeyType !== 'ec' && publicKey.asymmetricKeyType !== 'rsa') return false;
  const verifier = createVerify('sha256');
  for (const piece of pieces) verifier.update(piece);
  return verifier.verify({ key: publicKey, dsaEncoding: 'der' }, signature);
}

function authenticated(payloadType: string, payload: readonly Buffer[]): Buffer[] {
  const length = payload.reduce((total, piece) => total + piece.length, 0);
  return [paeHeader(payloadType, length), ...payload];
}
