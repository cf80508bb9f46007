import { z } from 'zod';
import { artifactRef } from './artifact-ref.js';
import { exceptionDetails, exceptionScope, exceptionTarget } from './exception.js';
import { engineRun } from './finding.js';
import { subjectSchema } from './subject.js';
import { verdictSchema } from './verdict.js';

/** Type of the predicate with which a verdict is signed (`docs/adr/0010-signed-verdicts.md`). */
export const verdictPredicateType = 'https://assay.dev/verdict/v1';

const statementType = 'https://in-toto.io/Statement/v1';

/** An exception that excluded a finding of the run: all that is needed to apply it again, and no comment on it. */
export const appliedException = z.object({
  id: z.uuid(),
  what: exceptionTarget,
  where: exceptionScope,
  origin: exceptionDetails.shape.origin,
  expiresAt: z.iso.datetime().nullable(),
});
export type AppliedException = z.infer<typeof appliedException>;

/** What a verdict follows from beside findings and policy. `baseline` are the findings documents of the run it compares with. */
export const verdictBasisSchema = z.object({
  commitSha: z.string().nullable(),
  targetBranch: z.string().nullable(),
  imageName: z.string().nullable(),
  imageVersions: z.array(z.string()),
  /** True if exceptions came with the run and the policy refused them. */
  exclusionsRefused: z.boolean(),
  baseline: z
    .object({ runId: z.uuid(), commitSha: z.string().nullable(), findings: z.array(artifactRef.shape.digest) })
    .nullable(),
  exceptions: z.array(appliedException),
});
export type VerdictBasis = z.infer<typeof verdictBasisSchema>;

/** The predicate of a signed verdict: everything from which the judgement can be made again, and its result. */
export const verdictPredicate = z.object({
  tenant: z.string(),
  receiptId: z.uuid(),
  decidedAt: z.iso.datetime(),
  subject: subjectSchema.nullable(),
  result: verdictSchema,
  policy: z.record(z.string(), z.unknown()),
  documents: z.array(
    z.object({
      tool: z.string(),
      target: z.string(),
      scanId: z.uuid(),
      document: artifactRef.shape.digest,
      findings: artifactRef,
      engines: z.array(engineRun),
    }),
  ),
  basis: verdictBasisSchema,
});
export type VerdictPredicate = z.infer<typeof verdictPredicate>;

/** The in-toto statement (in-toto/attestation, spec v1) that says this of the documents that were judged. */
export const verdictStatement = z.object({
  _type: z.literal(statementType),
  subject: z.array(z.object({ name: z.string(), digest: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }) })),
  predicateType: z.literal(verdictPredicateType),
  predicate: verdictPredicate,
});
export type VerdictStatement = z.infer<typeof verdictStatement>;

/** The statement of a verdict. Its subjects are the documents, each once, by tool and target. */
export function verdictStatementOf(predicate: VerdictPredicate): VerdictStatement {
  const named = new Map(predicate.documents.map(({ tool, target, document }) => [document, target || tool]));
  return {
    _type: statementType,
    subject: [...named].map(([digest, name]) => ({ name, digest: { sha256: digest.slice('sha256:'.length) } })),
    predicateType: verdictPredicateType,
    predicate,
  };
}
