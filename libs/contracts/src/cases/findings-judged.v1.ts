import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { artifactRef } from '../model/artifact-ref.js';
import { closedAsSchema } from '../model/change.js';
import { findingKinds, severityCountsSchema, severitySchema } from '../model/finding.js';
import { subjectSchema } from '../model/subject.js';

/** A finding in the few words that alerts, clocks and lists need. */
export const judgedFinding = z.object({
  key: z.string(),
  kind: z.enum(findingKinds),
  group: z.uuid().nullable(),
  vulnerabilityId: z.string(),
  severity: severitySchema,
  kev: z.boolean(),
  epss: z.number().nullable(),
  component: z.string().nullable(),
  fixedVersion: z.string().nullable(),
  target: z.string(),
  /**
   * Among the opened: it counts again, and is no news. It had been resolved only because the documents of a run come one by
   * one, and those of the tool that sees it came later. Whoever tells people leaves it out.
   */
  again: z.boolean().optional(),
});
export type JudgedFinding = z.infer<typeof judgedFinding>;

/** What a judgement changed, in full. An artifact of media type `judgementMediaType` when it does not fit into the event. */
export const judgementChange = z.object({
  opened: z.array(judgedFinding),
  excepted: z.array(judgedFinding),
  resolved: z.array(judgedFinding),
});
export type JudgementChange = z.infer<typeof judgementChange>;
export const judgementMediaType = 'application/vnd.assay.judgement.v1+json';

/**
 * Published by case-engine for every judgement that changed something: a new run, an exception granted or ended,
 * advisories that changed. Counts, gate, alerts and clocks follow only this. `change` holds the findings themselves;
 * when they would not fit into a message it is null and `document` is the claim check of a `judgementChange`.
 */
export const findingsJudgedV1 = defineEvent(
  'cases.findings.judged.v1',
  z.object({
    receiptId: z.uuid().nullable(),
    runId: z.uuid().nullable(),
    caseId: z.number().int().nullable(),
    subject: subjectSchema.nullable(),
    commitSha: z.string().nullable(),
    runUrl: z.string().nullable(),
    because: z.enum(['run', 'exception', 'advisories']),
    openedCount: z.number().int(),
    exceptedCount: z.number().int(),
    resolvedCount: z.number().int(),
    counts: severityCountsSchema.extend({ kev: z.number().int(), excluded: z.number().int() }),
    change: judgementChange.nullable(),
    document: artifactRef.nullable(),
    /** Set where nothing was fixed but the case was closed: `resolved` is what was open until then. */
    closedAs: closedAsSchema.nullable().optional(),
  }),
  { audited: true },
);
