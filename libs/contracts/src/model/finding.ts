import { severities } from '@assay/kernel';
import { z } from 'zod';
import { artifactRef } from './artifact-ref.js';
import { originSchema, subjectSchema } from './subject.js';

export const severitySchema = z.enum(severities);

/** Findings by severity, as five numbers. */
export const severityCountsSchema = z.object({
  critical: z.number().int(),
  high: z.number().int(),
  medium: z.number().int(),
  low: z.number().int(),
  unknown: z.number().int(),
});

export const findingKinds = ['vulnerability', 'misconfiguration', 'secret', 'license', 'sast'] as const;

/** The CISA KEV entry of a vulnerability, as it was when the finding was made: the catalogue's fields by their names there. */
export const kevSchema = z.object({
  dateAdded: z.string(),
  dueDate: z.string().nullable(),
  requiredAction: z.string(),
  cveID: z.string().optional(),
  vendorProject: z.string().optional(),
  product: z.string().optional(),
  vulnerabilityName: z.string().optional(),
  shortDescription: z.string().optional(),
  knownRansomwareCampaignUse: z.string().optional(),
  notes: z.string().optional(),
});

/** The EPSS score of a vulnerability: probability and percentile in 0..1, and the day of the model run. */
export const epssSchema = z.object({ score: z.number(), percentile: z.number(), date: z.string() });

/** One finding as the scanner says it: what is there, nothing about whether it counts. */
export const findingSchema = z.object({
  /** Identity within the subject: kind, place, and alias group or rule. Stable over time, engines and processes. */
  key: z.string(),
  kind: z.enum(findingKinds),
  /** UUID of the alias group; null for what is no vulnerability. */
  group: z.uuid().nullable(),
  /** The id people know it by: CVE first, else GHSA, else the source's own; or the rule id. */
  vulnerabilityId: z.string(),
  aliases: z.array(z.string()),
  title: z.string(),
  severity: severitySchema,
  /** CVSS base score 0..10. */
  score: z.number().nullable(),
  vector: z.string().nullable(),
  kev: kevSchema.nullable(),
  epss: epssSchema.nullable(),
  component: z
    .object({ purl: z.string().nullable(), name: z.string(), version: z.string(), fixedVersion: z.string().nullable() })
    .nullable(),
  /** The file, layer or rule target it was found in; empty for components of an SBOM. */
  target: z.string(),
  /** The engines that said so, for example `assay-osv`, `trivy`. */
  engines: z.array(z.string()),
  /** What the problem is, and what to do about it, in the engine's or the advisory's words; cut to a bounded length. */
  description: z.string().optional(),
  remediation: z.string().optional(),
  /** Pages about it, the most useful first; a few. */
  references: z.array(z.string()).optional(),
  /** Where in a file; `line` counts from 1. */
  location: z.object({ file: z.string(), line: z.number().int().nullable() }).optional(),
  /** The engine's own mark of this occurrence, which survives edits around it (semgrep, gitleaks, SARIF). */
  fingerprint: z.string().optional(),
});
export type Finding = z.infer<typeof findingSchema>;

/** One engine's work on one document: what a verdict can be reproduced from. */
export const engineRun = z.object({
  name: z.string(),
  version: z.string(),
  /** Digests or version marks of the data it used, by name (`osv`, `kev`, `epss`). */
  data: z.record(z.string(), z.string()),
  durationMs: z.number().optional(),
});
export type EngineRun = z.infer<typeof engineRun>;

/**
 * The findings document: an artifact (`application/vnd.assay.findings.v1+json`) that holds all findings of one document.
 * It follows from that document's bytes, its reader and the advisories alone, so that whoever sends the same again makes
 * no new one; who sent it stands in the event that names it, and in documents of before in the optional fields. `entries` counts the rows of the report as it stands, duplicates and passed checks included,
 * which is what the SecureCase dialect answers with.
 */
export const findingsDocumentSchema = z.object({
  schema: z.literal('assay.findings/v1'),
  scanId: z.uuid().optional(),
  receiptId: z.uuid().optional(),
  subject: subjectSchema.nullable().optional(),
  origin: originSchema.optional(),
  document: artifactRef.optional(),
  tool: z.string(),
  /** What the document says it is about; empty where it does not. */
  target: z.string().optional(),
  engines: z.array(engineRun),
  components: z.number().int(),
  entries: severityCountsSchema,
  warnings: z.array(z.string()),
  findings: z.array(findingSchema),
});
export type FindingsDocument = z.infer<typeof findingsDocumentSchema>;

export const findingsMediaType = 'application/vnd.assay.findings.v1+json';
