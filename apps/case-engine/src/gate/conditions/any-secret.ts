import { z } from 'zod';
import { condition, counted } from './condition.js';

/** `anySecret`: an exposed key blocks, whatever severity its tool gave it; many give none. */
export const anySecret = condition({
  name: 'anySecret',
  setting: z.boolean().default(true),
  weigh: (on, { finding }) => (on && finding.kind === 'secret' ? 'blocks' : null),
  explain: (findings) => [`${counted(findings.length, 'secret')} exposed`],
});
