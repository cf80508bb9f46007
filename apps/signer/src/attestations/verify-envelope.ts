import { isUtf8 } from 'node:buffer';
import type { KeyObject } from 'node:crypto';
import { hexOf, type Digest } from '@assay/kernel';
import { z } from 'zod';
import { IN_TOTO_PAYLOAD_TYPE, verifySignature, type Envelope } from './dsse.js';
import { STATEMENT_TYPE } from './statement.js';

const statementSchema = z.object({
  _type: z.enum([STATEMENT_TYPE, 'https://in-toto.io/Statement/v0.1']),
  subject: z.array(z.object({ name: z.string().optional(), digest: z.record(z.string(), z.string()) })).min(1),
  predicateType: z.string().min(1),
  predicate: z.unknown(),
});

/** An in-toto statement, v1 or v0.1, as it was signed. */
export type Statement = z.infer<typeof statementSchema>;

/** What the statement has to be about. What is left out is not checked. */
export interface Expectation {
  readonly digest?: Digest;
  readonly predicateType?: string;
}

/** What failed first, in the order in which it is checked. */
export type Failure = 'signature' | 'payload-type' | 'statement' | 'subject' | 'predicate-type';

/** The outcome of a verification. A failure is an outcome, not an error: nothing is thrown for it. */
export type EnvelopeVerification =
  | { readonly verified: true; readonly statement: Statement }
  | { readonly verified: false; readonly failed: Failure; readonly message: string };

/**
 * Checks that one of the envelope's signatures is that of the key, that it holds an in-toto statement, and that the
 * statement is about what is expected. Key ids are not looked at: DSSE gives them no say in what is trusted.
 */
export function verifyEnvelope(
  envelope: Envelope,
  publicKey: KeyObject,
  expected: Expectation = {},
): EnvelopeVerification {
  if (!envelope.signatures.some(({ sig }) => verifySignature(envelope, sig, publicKey))) {
    return failure('signature', 'No signature of the envelope is that of this key over this payload.');
  }
  if (envelope.payloadType !== IN_TOTO_PAYLOAD_TYPE) {
    return failure('payload-type', `The payload is '${envelope.payloadType}', not an in-toto statement.`);
  }
  const statement = statementIn(envelope.payload);
  if (statement === null) return failure('statement', 'The payload is not an in-toto statement.');
  const { digest, predicateType = statement.predicateType } = expected;
  if (digest !== undefined && !statement.subject.some((subject) => subject.digest['sha256'] === hexOf(digest))) {
    return failure('subject', `The statement is not about ${digest}.`);
  }
  if (predicateType !== statement.predicateType) {
    return failure('predicate-type', `The predicate is '${statement.predicateType}', not '${predicateType}'.`);
  }
  return { verified: true, statement };
}

function statementIn(payload: readonly Buffer[]): Statement | null {
  const bytes = payload.length === 1 ? payload[0]! : Buffer.concat(payload);
  if (!isUtf8(bytes)) return null;
  try {
    return statementSchema.safeParse(JSON.parse(bytes.toString())).data ?? null;
  } catch {
    return null;
  }
}

function failure(failed: Failure, message: string): EnvelopeVerification {
  return { verified: false, failed, message };
}
