import { findingKinds } from '@assay/contracts';
import { z } from 'zod';
import { condition } from './condition.js';

/** `kinds`: which kinds of findings the gate looks at. What CISA knows to be exploited is looked at all the same. */
export const kinds = condition({
  name: 'kinds',
  setting: z.array(z.enum(findingKinds)).default([...findingKinds]),
  weigh: (kinds, { finding }) => (kinds.includes(finding.kind) ? null : 'spares'),
});
