import type { Stage } from '../define-event.js';

/** What a receipt's documents are: a list of components, or some tool's report. */
export const documentKinds = ['sbom', 'report'] as const;

/** The stages that make a receipt of this kind `done`. Notifications and clocks are shown but not waited for. */
export const stagesToWaitFor = {
  sbom: ['index', 'attest', 'judge'],
  report: ['index', 'attest', 'judge'],
} as const satisfies Record<(typeof documentKinds)[number], readonly Stage[]>;
