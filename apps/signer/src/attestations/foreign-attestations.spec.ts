import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeBundle, decodeEnvelope } from './envelope-decoding.js';
import { verifyEnvelope } from './verify-envelope.js';

const fixture = (name: string) => readFileSync(new URL(`../../test/fixtures/${name}`, import.meta.url));

/** Checks a bundle against the key in its certificate alone: who that key belongs to is another question. */
function verifyWithOwnKey(bundle: Buffer) {
  const { envelope, certificate } = decodeBundle(bundle);
  return verifyEnvelope(envelope, new X509Certificate(certificate!).publicKey);
}

const genuine = [
  'bundleV01-dsse-with-proof.sigstore',
  'bundleV01-intoto-with-proof.sigstore',
  'bundleV03-intoto.sigstore',
  'chainloop-attestation-bundle.sigstore',
];

describe('attestations that others made', () => {
  it.each(genuine)('%s verifies with the key in its certificate', (name) => {
    expect(verifyWithOwnKey(fixture(name))).toMatchObject({ verified: true });
  });

  it.each(genuine)('%s does not with one character of its payload changed', (name) => {
    const text = fixture(name).toString();
    const changed = text.replace(/("payload":\s*"[A-Za-z0-9+/]{100})(.)/, (_, before: string, digit: string) => {
      return before + (digit === 'A' ? 'B' : 'A');
    });
    expect(changed).not.toBe(text);
    expect(verifyWithOwnKey(Buffer.from(changed))).toMatchObject({ failed: 'signature' });
  });

  it('one whose signature was encoded twice does not verify', () => {
    const bundle = fixture('chainloop-double-encoded-signature.sigstore');
    expect(verifyWithOwnKey(bundle)).toMatchObject({ failed: 'signature' });
  });

  it('a bundle of a version that we do not know, or that signs a plain file, is refused', () => {
    const bundle = JSON.parse(fixture('bundleV03-intoto.sigstore').toString()) as Record<string, unknown>;
    const refused = (why: string) =>
      expect.objectContaining({ code: 'signer.bundle-malformed', message: expect.stringContaining(why) });
    const decode = (change: object) => () => decodeBundle(Buffer.from(JSON.stringify({ ...bundle, ...change })));
    expect(decode({ mediaType: 'application/vnd.dev.sigstore.bundle+json;version=99.9' })).toThrow(
      refused('mediaType'),
    );
    expect(decode({ dsseEnvelope: undefined, messageSignature: {} })).toThrow(refused('holds no DSSE envelope'));
  });

  it('an envelope of trivy is read', () => {
    const { payloadType, payload } = decodeEnvelope(fixture('trivy-attestation.dsse'));
    expect(payloadType).toBe('application/vnd.in-toto+json');
    expect(JSON.parse(payload[0]!.toString())).toMatchObject({ _type: 'https://in-toto.io/Statement/v0.1' });
  });
});
