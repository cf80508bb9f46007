import { createHash, createPublicKey, createVerify, type KeyObject } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { AssayError, type Digest } from '@assay/kernel';

/** What was found without asking anybody. */
export interface OfflineVerification {
  readonly verified: boolean;
  readonly digest: Digest;
  readonly message: string;
}

/** A public key out of a PEM file. @throws AssayError `cli.malformed-key` */
export async function publicKeyIn(file: string): Promise<KeyObject> {
  const pem = await readFile(file);
  try {
    return createPublicKey(pem);
  } catch (cause) {
    throw new AssayError('invalid', 'cli.malformed-key', `${file} holds no public key in PEM`, { cause });
  }
}

/** A signature out of a file with its base64, as the platform hands it out and cosign writes it. @throws AssayError `cli.malformed-signature` */
export async function signatureIn(file: string): Promise<Buffer> {
  const text = (await readFile(file, 'utf8')).trim();
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return Buffer.from(text, 'base64');
  throw new AssayError('invalid', 'cli.malformed-signature', `${file} holds no signature in base64`);
}

/** Whether a detached signature is that of the key over these bytes, which are read once and never held whole. */
export async function verifyDetached(
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  signature: Buffer,
  key: KeyObject,
): Promise<OfflineVerification> {
  const [verifier, hash] = [createVerify('sha256'), createHash('sha256')];
  for await (const chunk of content) {
    verifier.update(chunk);
    hash.update(chunk);
  }
  const verified = verifier.verify({ key, dsaEncoding: 'der' }, signature);
  const message = verified
    ? 'the signature is that of the key'
    : 'The signature is not that of the key over these bytes.';
  return { verified, digest: `sha256:${hash.digest('hex')}`, message };
}

/** Whether an attestation, as DSSE envelope or Sigstore bundle, is signed by the key and about this file. */
export async function verifyAttestation(
  file: string,
  attestation: string,
  keyFile: string,
): Promise<OfflineVerification> {
  // The signer comes with a whole service, which no other command should wait for.
  const { checkEnvelope } = await import('@assay/signer');
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  const digest: Digest = `sha256:${hash.digest('hex')}`;
  const publicKeyPem = (await publicKeyIn(keyFile)).export({ type: 'spki', format: 'pem' }).toString();
  const json = await readFile(attestation);
  const outcome = checkEnvelope({ json, keys: [{ keyId: keyFile, publicKeyPem }], digest });
  const message = outcome.verified ? `attested as ${outcome.predicateType}` : outcome.message;
  return { verified: outcome.verified, digest, message };
}
