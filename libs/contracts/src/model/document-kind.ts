import { z } from 'zod';
import type { Stage } from '../define-event.js';

/** Whose protocol a caller spoke: decides how strictly a document is recognised and what the reply counts. */
export const dialectSchema = z.enum(['native', 'securecase', 'patchhound', 'patchmon']);
export type Dialect = z.infer<typeof dialectSchema>;

/**
 * What a receipt's documents are: a list of components, some tool's report, both in one request, statements on what
 * vulnerabilities mean, or results of a benchmark of a host.
 */
export const documentKinds = ['sbom', 'report', 'bundle', 'vex', 'benchmark'] as const;

/** The stages that make a receipt of this kind `done`. Notifications and clocks are shown but not waited for. */
export const stagesToWaitFor = {
  sbom: ['index', 'attest', 'judge'],
  report: ['index', 'attest', 'judge'],
  bundle: ['index', 'attest', 'judge'],
  vex: ['attest', 'judge'],
  benchmark: ['score'],
} as const satisfies Record<(typeof documentKinds)[number], readonly Stage[]>;
