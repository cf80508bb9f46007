import { createPublicKey } from 'node:crypto';
import type { Digest } from '@assay/kernel';
import { encodeBundle } from './envelope-encoding.js';
import { decodeBundle, decodeEnvelope } from './envelope-decoding.js';
import type { Envelope } from './dsse.js';
import { type Failure, verifyEnvelope } from './verify-envelope.js';

/** A public key as it stands in a row or came with a request. */
export interface KnownKey {
  readonly keyId: string;
  readonly publicKeyPem: string;
}

/** What an envelope is held against. */
export interface EnvelopeClaim {
  /** A DSSE envelope or a Sigstore bundle, as JSON. */
  readonly json: Buffer;
  /** The keys of which one must have signed. */
  readonly keys: readonly KnownKey[];
  readonly digest: Digest;
}

/** Verified with one of the keys, or why not. */
export type EnvelopeOutcome =
  | { readonly verified: true; readonly keyId: string; readonly predicateType: string }
  | { readonly verified: false; readonly failed: Failure; readonly message: string };

/**
 * Holds an envelope against a document's digest and keys.
 * @throws AssayError as `decodeEnvelope` and `decodeBundle` do
 */
export function checkEnvelope({ json, keys, digest }: EnvelopeClaim): EnvelopeOutcome {
  const envelope = readEnvelope(json);
  let signature: EnvelopeOutcome | null = null;
  for (const { keyId, publicKeyPem } of keys) {
    const outcome = verifyEnvelope(envelope, createPublicKey(publicKeyPem), { digest });
    if (outcome.verified) return { verified: true, keyId, predicateType: outcome.statement.predicateType };
    const { failed, message } = outcome;
    // The key has signed, so it is the rest that is wrong, and no other key will make it right.
    if (failed !== 'signature') return { verified: false, failed, message };
    signature ??= { verified: false, failed, message };
  }
  return signature ?? { verified: false, failed: 'signature', message: 'There is no key to verify it with.' };
}

/** The stored envelope as a Sigstore bundle. */
export function bundleOf(json: Buffer): Buffer {
  return Buffer.concat([...encodeBundle(decodeEnvelope(json))]);
}

/** A bundle is tried only where an envelope was not found and the member that every bundle has is there. */
function readEnvelope(json: Buffer): Envelope {
  try {
    return decodeEnvelope(json);
  } catch (error) {
    if (!json.includes('"verificationMaterial"')) throw error;
    return decodeBundle(json).envelope;
  }
}
