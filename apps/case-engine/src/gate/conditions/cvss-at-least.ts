import { z } from 'zod';
import { condition, counted } from './condition.js';

/** `cvssAtLeast`: findings of this CVSS base score, 0 to 10, or more block. */
export const cvssAtLeast = condition({
  name: 'cvssAtLeast',
  setting: z.number().min(0).max(10).nullable().default(null),
  weigh: (least, { finding }) => (least !== null && (finding.score ?? -1) >= least ? 'blocks' : null),
  explain: (findings) => [`${counted(findings.length, 'finding')} at or above the CVSS threshold`],
});
