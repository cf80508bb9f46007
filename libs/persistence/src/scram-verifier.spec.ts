import { describe, expect, it } from 'vitest';
import { isVerifierOf } from './scram-verifier.js';

/** RFC 7677, section 3: the password `pencil`, its salt, and the keys that follow from them. */
const ofPencil =
  'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=';

describe('a stored verifier', () => {
  it('is one of the password that it was made of', async () => {
    expect(await isVerifierOf(ofPencil, 'pencil')).toBe(true);
  });

  it.each([
    ['another password', ofPencil, 'pencils'],
    ['another salt', ofPencil.replace('W22Z', 'X22Z'), 'pencil'],
    ['another number of iterations', ofPencil.replace('4096', '4095'), 'pencil'],
    ['another kind', 'md5f0e1d2c3b4a5968778695a4b3c2d1e0f', 'pencil'],
    ['no password', null, 'pencil'],
  ])('is none of a password with %s', async (_, verifier, password) => {
    expect(await isVerifierOf(verifier, password)).toBe(false);
  });
});
