import { generateKeyPairSync, sign } from 'node:crypto';
import { digestOf } from '@assay/kernel';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { generateSigningKey, type SigningKey } from '../keys/signing-key.js';
import { PREDICATE_MAX_BYTES } from '../limits.js';
import { IN_TOTO_PAYLOAD_TYPE, paeHeader, signEnvelope, type Envelope } from './dsse.js';
import { decodeBundle, decodeEnvelope } from './envelope-decoding.js';
import { encodeBundle, encodeEnvelope } from './envelope-encoding.js';
import { REFERENCE_TYPE, statementOf, type AttestedDocument } from './statement.js';
import { verifyEnvelope } from './verify-envelope.js';

function aDocument(content: string | Buffer, change: Partial<AttestedDocument> = {}): AttestedDocument {
  const bytes = Buffer.from(content);
  const location = 'https://assay.example/api/v1/sboms/1/document';
  return {
    kind: 'cyclonedx',
    name: 'sbom.json',
    digest: digestOf(bytes),
    mediaType: 'application/vnd.cyclonedx+json',
    location,
    bytes,
    ...change,
  };
}

const written = (pieces: Iterable<Buffer>) => Buffer.concat([...pieces]);
const parsed = (document: AttestedDocument) =>
  JSON.parse(written(statementOf(document).pieces).toString()) as Record<string, unknown>;
const sbom = aDocument('{ "bomFormat": "CycloneDX",\n "specVersion": "1.6" }\n');

describe('a statement', () => {
  it('is an in-toto statement v1 about the document, which it carries byte for byte', () => {
    expect(parsed(sbom)).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'sbom.json', digest: { sha256: sbom.digest.slice(7) } }],
      predicateType: 'https://cyclonedx.org/bom',
      predicate: { bomFormat: 'CycloneDX', specVersion: '1.6' },
    });
    expect(statementOf(sbom).pieces[1]).toBe(sbom.bytes);
  });

  it.each([
    { why: 'XML', content: '<bom/>' },
    { why: 'an attempt to write members of the statement', content: '{},"subject":[{"name":"x","digest":{}}],"y":{}' },
    { why: 'not UTF-8', content: Buffer.from('{"a":"\xff"}', 'latin1') },
    { why: 'an array', content: '[]' },
    { why: 'too large', content: `{"a":"${'x'.repeat(PREDICATE_MAX_BYTES)}"}` },
  ])('names a document that is $why by digest and location', ({ content }) => {
    const document = aDocument(content);
    const { digest, location: downloadLocation, mediaType } = document;
    expect(parsed(document)).toMatchObject({
      predicateType: REFERENCE_TYPE,
      subject: [{ name: 'sbom.json', digest: { sha256: digest.slice(7) } }],
      predicate: { references: [{ downloadLocation, digest: { sha256: digest.slice(7) }, mediaType }] },
    });
  });

  it('names a document that was not read', () => {
    expect(statementOf({ ...sbom, bytes: null }).predicateType).toBe(REFERENCE_TYPE);
  });

  it('carries one of exactly 16 MiB', () => {
    const full = aDocument(`{"a":"${'x'.repeat(PREDICATE_MAX_BYTES - 8)}"}`);
    expect(full.bytes).toHaveLength(PREDICATE_MAX_BYTES);
    expect(statementOf(full).predicateType).toBe('https://cyclonedx.org/bom');
  });
});

describe('an envelope', () => {
  let key: SigningKey;
  let signed: Envelope;
  beforeAll(async () => {
    key = await generateSigningKey();
    signed = signEnvelope(IN_TOTO_PAYLOAD_TYPE, statementOf(sbom).pieces, key);
  });
  const signedAs = (payloadType: string, payload: string) => signEnvelope(payloadType, [Buffer.from(payload)], key);

  it('authenticates what the DSSE specification says', () => {
    const type = 'http://example.com/HelloWorld';
    expect(`${paeHeader(type, 11).toString()}hello world`).toBe(
      'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
    );
    expect(paeHeader('ü', 3).toString()).toBe('DSSEv1 2 ü 3 ');
  });

  it('comes back from its JSON and from a Sigstore bundle, and verifies', () => {
    const { envelope, publicKeyHint, certificate } = decodeBundle(written(encodeBundle(signed)));
    expect([publicKeyHint, certificate]).toEqual([Buffer.from(key.id, 'hex').toString('base64'), null]);
    expect(envelope.signatures[0]).toMatchObject({ keyid: '' });
    for (const read of [decodeEnvelope(written(encodeEnvelope(signed))), envelope]) {
      expect(read.payload).toEqual([written(signed.payload)]);
      const expected = { digest: sbom.digest, predicateType: 'https://cyclonedx.org/bom' };
      expect(verifyEnvelope(read, key.publicKey, expected)).toMatchObject({ verified: true });
    }
  });

  it('is written in small pieces, whatever the pieces of the payload', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 7 }).map((bytes) => Buffer.from(bytes)));
    fc.assert(
      fc.property(pieces, (payload) => {
        const json = written(encodeEnvelope({ ...signed, payload })).toString();
        expect(JSON.parse(json)).toMatchObject({ payload: written(payload).toString('base64') });
      }),
    );
    const large = [...encodeEnvelope({ ...signed, payload: [Buffer.alloc(1_000_000, 1)] })];
    expect(Math.max(...large.map(({ length }) => length))).toBeLessThanOrEqual(65_540);
  });

  it('says that a signature failed, with any byte of payload, type or signature changed', () => {
    const payload = written(signed.payload);
    const [{ keyid, sig }] = signed.signatures as [{ keyid: string; sig: Buffer }];
    const changed = (bytes: Buffer, at: number) => Buffer.from(bytes.map((byte, i) => (i === at ? byte ^ 1 : byte)));
    fc.assert(
      fc.property(fc.nat(payload.length - 1), fc.nat(sig.length - 1), (p, s) => {
        for (const envelope of [
          { ...signed, payload: [changed(payload, p)] },
          { ...signed, signatures: [{ keyid, sig: changed(sig, s) }] },
          { ...signed, payloadType: 'application/vnd.in-toto+jsom' },
        ]) {
          expect(verifyEnvelope(envelope, key.publicKey)).toMatchObject({ verified: false, failed: 'signature' });
        }
      }),
    );
  });

  it('says that the key is another one', async () => {
    const { publicKey } = await generateSigningKey();
    expect(verifyEnvelope(signed, publicKey)).toMatchObject({ failed: 'signature' });
    const { publicKey: unusable } = generateKeyPairSync('x25519');
    expect(verifyEnvelope(signed, unusable)).toMatchObject({ failed: 'signature' });
  });

  it('says what else is wrong with what was truly signed', () => {
    const failed = (envelope: Envelope, expected = {}) => verifyEnvelope(envelope, key.publicKey, expected);
    expect(failed(signedAs('text/plain', '{}'))).toMatchObject({ failed: 'payload-type' });
    for (const payload of [
      '{}',
      'no JSON',
      '{"_type":"https://in-toto.io/Statement/v1","subject":[],"predicateType":"x"}',
    ]) {
      expect(failed(signedAs(IN_TOTO_PAYLOAD_TYPE, payload))).toMatchObject({ failed: 'statement' });
    }
    expect(failed(signed, { digest: digestOf('another') })).toMatchObject({ failed: 'subject' });
    expect(failed(signed, { predicateType: 'https://spdx.dev/Document' })).toMatchObject({ failed: 'predicate-type' });
  });

  it('verifies with any one of its signatures, of RSA and Ed25519 too', () => {
    const payload = written(signed.payload);
    const text = Buffer.concat([paeHeader(IN_TOTO_PAYLOAD_TYPE, payload.length), payload]);
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const ed25519 = generateKeyPairSync('ed25519');
    const signatures = [
      { keyid: '', sig: sign('sha256', text, rsa.privateKey) },
      { keyid: 'a name', sig: sign(null, text, ed25519.privateKey) },
      ...signed.signatures,
    ];
    for (const publicKey of [rsa.publicKey, ed25519.publicKey, key.publicKey]) {
      expect(verifyEnvelope({ ...signed, signatures }, publicKey)).toMatchObject({ verified: true });
    }
  });

  it.each([
    '',
    '[]',
    '{}',
    '{"payloadType":"t","payload":"e30=","signatures":[]}',
    '{"payload":"e30=","signatures":[{"sig":"eA=="}]}',
    '{"payloadType":"t","payload":"e 30=","signatures":[{"sig":"eA=="}]}',
    '{"payloadType":"t","payload":7,"signatures":[{"sig":""}]}',
  ])('that is none (%s) is refused', (json) => {
    const refused = expect.objectContaining({ code: 'signer.envelope-malformed', kind: 'invalid' });
    expect(() => decodeEnvelope(Buffer.from(json))).toThrow(refused);
  });

  it('is read in URL-safe base64, too', () => {
    const json = '{"payloadType":"t","payload":"-_8","signatures":[{"keyid":null,"sig":"eA=="}]}';
    expect(decodeEnvelope(Buffer.from(json))).toMatchObject({
      payload: [Buffer.of(0xfb, 0xff)],
      signatures: [{ keyid: '' }],
    });
  });
});
