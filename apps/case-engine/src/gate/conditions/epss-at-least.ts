import { z } from 'zod';
import { condition, counted } from './condition.js';

/** `epssAtLeast`: what is this likely, 0 to 1, to be exploited within 30 days (FIRST EPSS) blocks, whatever its severity. */
export const epssAtLeast = condition({
  name: 'epssAtLeast',
  setting: z.number().min(0).max(1).nullable().default(null),
  weigh: (least, { finding }) => (least !== null && (finding.epss?.score ?? -1) >= least ? 'blocks' : null),
  explain: (findings) => [`${counted(findings.length, 'finding')} likely to be exploited soon (EPSS)`],
});
