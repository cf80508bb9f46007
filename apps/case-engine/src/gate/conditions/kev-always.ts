import { z } from 'zod';
import { condition, counted } from './condition.js';

/** `kevAlways`: what CISA knows to be exploited blocks, whatever its severity, new or old, fixable or not. */
export const kevAlways = condition({
  name: 'kevAlways',
  setting: z.boolean().default(false),
  weigh: (on, { finding }) => (on && finding.kev !== null ? 'always' : null),
  explain: (findings) => [`${counted(findings.length, 'finding')} known to be exploited (CISA KEV)`],
});
