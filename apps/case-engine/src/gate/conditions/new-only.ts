import { z } from 'zod';
import { condition } from './condition.js';

/** `newOnly`: what the baseline has too does not block. Without a baseline everything is new. */
export const newOnly = condition({
  name: 'newOnly',
  setting: z.boolean().default(false),
  weigh: (on, { isNew }) => (on && !isNew ? 'spares' : null),
});
