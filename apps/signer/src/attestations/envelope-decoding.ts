import { isUtf8 } from 'node:buffer';
import { AssayError } from '@assay/kernel';
import { z } from 'zod';
import { ENVELOPE_MAX_BYTES, ENVELOPE_MAX_SIGNATURES } from '../limits.js';
import type { SignerErrorCode } from '../signer.errors.js';
import type { Envelope } from './dsse.js';

/** Standard or URL-safe base64; DSSE has verifiers accept both. Node would pass over any other character in silence. */
const base64 = z
  .string()
  .regex(/^[A-Za-z0-9+/_-]*={0,2}$/)
  .transform((text) => Buffer.from(text, 'base64'));

const envelopeSchema = z.object({
  payloadType: z.string().min(1),
  payload: base64,
  signatures: z
    .array(z.object({ keyid: z.string().nullish(), sig: base64 }))
    .min(1)
    .max(ENVELOPE_MAX_SIGNATURES),
});

const bundleSchema = z.object({
  mediaType: z.string().regex(/^application\/vnd\.dev\.sigstore\.bundle(\+json;version=0\.[123]|\.v0\.3\+json)$/),
  verificationMaterial: z.object({
    publicKey: z.object({ hint: z.string().optional() }).optional(),
    certificate: z.object({ rawBytes: base64 }).optional(),
    x509CertificateChain: z.object({ certificates: z.array(z.object({ rawBytes: base64 })).min(1) }).optional(),
  }),
  dsseEnvelope: z.unknown().optional(),
});

/** A Sigstore bundle that holds a DSSE envelope, with what it says of the key. Neither is verified yet. */
export interface Bundle {
  readonly envelope: Envelope;
  readonly publicKeyHint: string | null;
  /** The signer's certificate, X.509 in DER. */
  readonly certificate: Buffer | null;
}

/**
 * Reads the JSON of a DSSE envelope.
 * @throws AssayError `signer.envelope-malformed`
 */
export function decodeEnvelope(json: Buffer): Envelope {
  return toEnvelope(parseJson(json, 'signer.envelope-malformed'));
}

/**
 * Reads a Sigstore bundle, versions 0.1 to 0.3. One that signs a plain file instead of a statement is refused.
 * @throws AssayError `signer.bundle-malformed`, `signer.envelope-malformed`
 */
export function decodeBundle(json: Buffer): Bundle {
  const bundle = bundleSchema.safeParse(parseJson(json, 'signer.bundle-malformed'));
  if (!bundle.success) throw malformed('signer.bundle-malformed', z.prettifyError(bundle.error), bundle.error);
  const { dsseEnvelope, verificationMaterial: material } = bundle.data;
  if (dsseEnvelope === undefined) throw malformed('signer.bundle-malformed', 'The bundle holds no DSSE envelope.');
  const certificate = material.certificate ?? material.x509CertificateChain?.certificates[0];
  return {
    envelope: toEnvelope(dsseEnvelope),
    publicKeyHint: material.publicKey?.hint ?? null,
    certificate: certificate?.rawBytes ?? null,
  };
}

function toEnvelope(value: unknown): Envelope {
  const parsed = envelopeSchema.safeParse(value);
  if (!parsed.success) throw malformed('signer.envelope-malformed', z.prettifyError(parsed.error), parsed.error);
  const { payloadType, payload, signatures } = parsed.data;
  return {
    payloadType,
    payload: [payload],
    signatures: signatures.map(({ keyid, sig }) => ({ keyid: keyid ?? '', sig })),
  };
}

function parseJson(json: Buffer, code: SignerErrorCode): unknown {
  if (json.length > ENVELOPE_MAX_BYTES) throw malformed(code, `It is longer than ${ENVELOPE_MAX_BYTES} bytes.`);
  if (!isUtf8(json)) throw malformed(code, 'It is not UTF-8.');
  try {
    return JSON.parse(json.toString());
  } catch (cause) {
    throw malformed(code, 'It is not JSON.', cause);
  }
}

function malformed(code: SignerErrorCode, reason: string, cause?: unknown): AssayError<SignerErrorCode> {
  const what = code === 'signer.bundle-malformed' ? 'Sigstore bundle' : 'DSSE envelope';
  return new AssayError('invalid', code, `The ${what} cannot be read. ${reason}`, { cause });
}
