import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCheckpoint, openCheckpoint, parseCheckpoint, signCheckpoint } from './checkpoint.js';
import { hashLeaf } from './merkle.js';
import { formatVerifierKey, noteSigner, parseVerifierKey } from './note-key.js';
import { openNote, parseNote, signNote } from './note.js';

/** The example of the documentation of golang.org/x/mod/sumdb/note: key, text and result. */
const peter = { name: 'PeterNeumann' };
const peterKey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const peterText =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const peterLine =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
const enochLine =
  '— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n';

const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const privateKeyOf = (seed: Buffer) =>
  createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' });
/** Go's signer key is the base64 of the type 1 and the seed. */
const peterPrivate = privateKeyOf(Buffer.from('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz', 'base64').subarray(1));
const enochPrivate = privateKeyOf(Buffer.alloc(32));

describe('a signed note', () => {
  it('is signed and opened as in the documentation of Go', () => {
    const note = signNote(peterText, [noteSigner(peter.name, peterPrivate)]);
    expect(note).toBe(`${peterText}\n${peterLine}`);
    expect(openNote(note, [parseVerifierKey(peterKey)]).text).toBe(peterText);
    expect(formatVerifierKey(peter.name, createPublicKey(peterPrivate))).toBe(peterKey);
  });

  it('takes a second signature without touching the first', () => {
    const { text, signatures } = parseNote(`${peterText}\n${peterLine}`);
    expect(signNote(text, [noteSigner('EnochRoot', enochPrivate)], signatures)).toBe(
      `${text}\n${peterLine}${enochLine}`,
    );
  });

  it('passes over lines of unknown keys, and reports only those it verified', () => {
    const note = `${peterText}\n${enochLine}${peterLine}`;
    expect(openNote(note, [parseVerifierKey(peterKey)]).signatures.map(({ name }) => name)).toEqual(['PeterNeumann']);
  });

  it('needs a signature of a known key', () => {
    expect(() => openNote(`${peterText}\n${enochLine}`, [parseVerifierKey(peterKey)])).toThrow(
      expect.objectContaining({ code: 'audit.note-unsigned' }),
    );
  });

  it('is spoilt by one changed character of its text, even with another good signature', () => {
    const enoch = parseVerifierKey(formatVerifierKey('EnochRoot', createPublicKey(enochPrivate)));
    const text = peterText.replace('answer', 'Answer');
    const resigned = signNote(
      text,
      [noteSigner('EnochRoot', enochPrivate)],
      parseNote(`${peterText}\n${peterLine}`).signatures,
    );
    const open = () => openNote(resigned, [enoch, parseVerifierKey(peterKey)]);
    expect(open).toThrow(expect.objectContaining({ code: 'audit.note-signature-wrong' }));
    expect(openNote(resigned, [enoch]).text).toBe(text);
  });

  it.each([
    '',
    '\n',
    'text\n',
    'text\n\n',
    `text${peterLine}`,
    `text\n\n${peterLine.trimEnd()}`,
    `te\txt\n\n${peterLine}`,
    `text\n\n${peterLine}\n`,
    'text\n\n— PeterNeumann x08go/Z\n',
    'text\n\n— Peter Neumann x08go/ZJ\n',
    'text\n\n- PeterNeumann x08go/ZJ\n',
    'text\n\n— PeterNeumann x08g\n',
    'text\n\n— Peter+Neumann x08go/ZJ\n',
    `text\n\n${peterLine.repeat(101)}`,
    `${'x'.repeat(163_840)}\n\n${peterLine}`,
  ])('is refused when malformed (%#)', (note) => {
    expect(() => parseNote(note)).toThrow(expect.objectContaining({ code: 'audit.note-malformed' }));
  });

  it('is opened whatever its text, empty lines included', () => {
    const key = parseVerifierKey(peterKey);
    const anyText = fc.array(fc.string({ unit: 'grapheme' })).map((lines) => `${lines.join('\n')}\n`);
    fc.assert(
      fc.property(anyText, (text) => {
        fc.pre(Array.from(text).every((each) => each >= ' ' || each === '\n'));
        expect(openNote(signNote(text, [noteSigner(peter.name, peterPrivate)]), [key]).text).toBe(text);
      }),
    );
  });
});

describe('a verifier key', () => {
  it('is refused with any character changed or missing', () => {
    for (let at = 0; at < peterKey.length; at++) {
      const changed =
        peterKey.slice(0, at) + String.fromCodePoint(peterKey.codePointAt(at)! + 1) + peterKey.slice(at + 1);
      for (const text of [changed, peterKey.slice(0, at), peterKey.slice(at + 1)]) {
        expect(() => parseVerifierKey(text)).toThrow(expect.objectContaining({ code: 'audit.key-malformed' }));
      }
    }
    // A type that is not Ed25519, its id adjusted (from the tests of golang.org/x/mod/sumdb/note).
    const unknownType = 'PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
    expect(() => parseVerifierKey(unknownType)).toThrow('not an Ed25519 key');
  });

  it.each(['', 'two words', 'a+b', 'line\nbreak', 'no\u00a0break'])('cannot be named %j', (name) => {
    expect(() => noteSigner(name, peterPrivate)).toThrow(expect.objectContaining({ code: 'audit.key-malformed' }));
  });

  it('is of Ed25519 only', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(() => noteSigner('assay', privateKey)).toThrow('not with ec');
  });
});

describe('a checkpoint', () => {
  const checkpoint = { origin: 'assay.example/audit/acme', size: 20_852_163, root: hashLeaf(Buffer.from('root')) };
  const signer = noteSigner(checkpoint.origin, peterPrivate);
  const key = parseVerifierKey(formatVerifierKey(checkpoint.origin, createPublicKey(peterPrivate)));

  it('comes back from its note', () => {
    const note = signCheckpoint(checkpoint, [signer]);
    expect(note.split('\n').slice(0, 4)).toEqual([
      checkpoint.origin,
      '20852163',
      checkpoint.root.toString('base64'),
      '',
    ]);
    expect(openCheckpoint(note, checkpoint.origin, [key])).toEqual(checkpoint);
  });

  it('of another log is refused, though the key is known', () => {
    const note = signCheckpoint({ ...checkpoint, origin: 'assay.example/audit/other' }, [signer]);
    const open = () => openCheckpoint(note, checkpoint.origin, [key]);
    expect(open).toThrow(expect.objectContaining({ code: 'audit.checkpoint-of-another-log' }));
  });

  it('reads the example of the specification, and extension lines', () => {
    const text = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
    expect(formatCheckpoint(parseCheckpoint(text))).toBe(text);
    expect(parseCheckpoint(`${text}extension\n`).size).toBe(20_852_163);
  });

  const root = checkpoint.root.toString('base64');
  it.each([
    '',
    'o\n1\n',
    `\n1\n${root}\n`,
    `o\n01\n${root}\n`,
    `o\n-1\n${root}\n`,
    `o\n1.5\n${root}\n`,
    `o\n1\n${root}`,
    `o\n9007199254740993\n${root}\n`,
    'o\n1\nAAAA\n',
    `o\n1\n${root}=\n`,
    `o\n1\n${root}\n\nx\n`,
  ])('is refused when malformed (%#)', (text) => {
    expect(() => parseCheckpoint(text)).toThrow(expect.objectContaining({ code: 'audit.checkpoint-malformed' }));
  });
});
