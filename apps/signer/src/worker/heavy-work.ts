import type { KeyObject } from 'node:crypto';
import { attest, type Attested, type ReceivedDocument } from '../attestations/attest.js';
import { bundleOf, checkEnvelope, type EnvelopeClaim, type EnvelopeOutcome } from '../attestations/read-envelope.js';
import type { SigningKey } from '../keys/signing-key.js';

/** What takes long for large documents, by name: it runs in place or in a thread, with the same outcome. */
export interface HeavyWork {
  attest: {
    readonly input: { readonly document: ReceivedDocument; readonly key: SigningKey; readonly handedOut: KeyObject };
    readonly output: Attested;
  };
  check: { readonly input: EnvelopeClaim; readonly output: EnvelopeOutcome };
  bundle: { readonly input: { readonly json: Buffer }; readonly output: { readonly bundle: Buffer } };
}

type Workers = { [Name in keyof HeavyWork]: (input: HeavyWork[Name]['input']) => Promise<HeavyWork[Name]['output']> };

const workers: Workers = {
  attest: ({ document, key, handedOut }) => attest(document, key, handedOut),
  check: async (claim) => checkEnvelope(claim),
  bundle: async ({ json }) => ({ bundle: bundleOf(json) }),
};

/** Does it, here and now. */
export function doWork<Name extends keyof HeavyWork>(
  name: Name,
  input: HeavyWork[Name]['input'],
): Promise<HeavyWork[Name]['output']> {
  return workers[name](input);
}

/**
 * The value with its bytes as Buffers again: what passes between threads arrives as plain Uint8Arrays.
 */
export function withBuffers<Value>(value: Value): Value {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength) as Value;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withBuffers<unknown>(each)])) as Value;
}

/** The memory of the value's bytes, to be handed over to another thread instead of copied; what shares a pool stays. */
export function memoryOf(value: unknown): ArrayBuffer[] {
  if (value instanceof Uint8Array) {
    const { buffer } = value;
    return buffer instanceof ArrayBuffer && buffer.byteLength === value.byteLength ? [buffer] : [];
  }
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return [];
  return Object.values(value).flatMap(memoryOf);
}
