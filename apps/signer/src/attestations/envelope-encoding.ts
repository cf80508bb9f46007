import { BASE64_SLICE_BYTES } from '../limits.js';
import type { Envelope } from './dsse.js';

/** Media type of the bundle that is written (sigstore/protobuf-specs, `sigstore_bundle.proto`). */
export const BUNDLE_MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/**
 * The JSON of an envelope (DSSE v1.0.0, envelope.md), in pieces of up to 64 KiB, so that a full predicate is written
 * without holding its base64.
 */
export function* encodeEnvelope(envelope: Envelope): Generator<Buffer> {
  const signatures = envelope.signatures.map(({ keyid, sig }) => ({ keyid, sig: sig.toString('base64') }));
  yield Buffer.from(`{"payloadType":${JSON.stringify(envelope.payloadType)},"payload":"`);
  yield* base64Of(envelope.payload);
  yield Buffer.from(`","signatures":${JSON.stringify(signatures)}}`);
}

/**
 * The same envelope as a Sigstore bundle v0.3, whose verification material is only a hint to the public key: no
 * transparency log took part. It is what `cosign --bundle` reads. The hint is the key id in base64, as sigstore's own tools
 * write it. The signature's key id stays empty: the verifier of sigstore-go makes one of its own from the public key and
 * passes over every signature that names another, so that with ours in it cosign found "0 of 1" signatures.
 */
export function* encodeBundle(envelope: Envelope): Generator<Buffer> {
  const hint = Buffer.from(envelope.signatures[0]?.keyid ?? '', 'hex').toString('base64');
  const material = JSON.stringify({ publicKey: { hint }, tlogEntries: [] });
  yield Buffer.from(`{"mediaType":"${BUNDLE_MEDIA_TYPE}","verificationMaterial":${material},"dsseEnvelope":`);
  yield* encodeEnvelope({ ...envelope, signatures: envelope.signatures.map(({ sig }) => ({ keyid: '', sig })) });
  yield Buffer.from('}');
}

/** The base64 of pieces as if they were one: up to two bytes are carried over to the next piece. */
function* base64Of(pieces: readonly Buffer[]): Generator<Buffer> {
  let carried = Buffer.alloc(0);
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; at += BASE64_SLICE_BYTES) {
      const slice = Buffer.concat([carried, piece.subarray(at, at + BASE64_SLICE_BYTES)]);
      const whole = slice.length - (slice.length % 3);
      carried = slice.subarray(whole);
      yield Buffer.from(slice.toString('base64', 0, whole), 'latin1');
    }
  }
  yield Buffer.from(carried.toString('base64'), 'latin1');
}
