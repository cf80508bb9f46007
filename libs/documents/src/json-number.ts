import { Byte, isDigit } from './json-bytes.js';

/** How far a number has been read: the parts of RFC 8259 §6 in their order. */
export const enum NumberState {
  Minus,
  Zero,
  Integer,
  Dot,
  Fraction,
  Exponent,
  ExponentSign,
  ExponentDigits,
  /** The byte is no part of the number. */
  Over,
}

/** The state after a number's first byte, `-` or a digit. */
export function startNumber(byte: number): NumberState {
  if (byte === Byte.minus) return NumberState.Minus;
  return byte === Byte.zero ? NumberState.Zero : NumberState.Integer;
}

/** The state after `byte`. */
export function continueNumber(state: NumberState, byte: number): NumberState {
  const digit = isDigit(byte);
  switch (state) {
    case NumberState.Minus:
      return digit ? startNumber(byte) : NumberState.Over;
    case NumberState.Integer:
      return digit ? NumberState.Integer : afterInteger(byte);
    case NumberState.Zero:
      return afterInteger(byte);
    case NumberState.Dot:
      return digit ? NumberState.Fraction : NumberState.Over;
    case NumberState.Fraction:
      if (digit) return NumberState.Fraction;
      return isExponent(byte) ? NumberState.Exponent : NumberState.Over;
    case NumberState.Exponent:
      if (byte === Byte.plus || byte === Byte.minus) return NumberState.ExponentSign;
      return digit ? NumberState.ExponentDigits : NumberState.Over;
    default:
      return digit ? NumberState.ExponentDigits : NumberState.Over;
  }
}

/** True if a number may end here: `-`, `1.` and `1e` may not. */
export function mayEndNumber(state: NumberState): boolean {
  return (
    state === NumberState.Zero ||
    state === NumberState.Integer ||
    state === NumberState.Fraction ||
    state === NumberState.ExponentDigits
  );
}

function afterInteger(byte: number): NumberState {
  if (byte === Byte.dot) return NumberState.Dot;
  return isExponent(byte) ? NumberState.Exponent : NumberState.Over;
}

function isExponent(byte: number): boolean {
  return (byte | 0x20) === 0x65;
}
