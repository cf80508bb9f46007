import { z } from 'zod';
import { condition } from './condition.js';

/** `onlyFixable`: a vulnerability that no version fixes does not block. Other kinds of findings can always be mended. */
export const onlyFixable = condition({
  name: 'onlyFixable',
  setting: z.boolean().default(false),
  weigh: (on, { finding }) => {
    const unfixable = finding.kind === 'vulnerability' && (finding.component?.fixedVersion ?? null) === null;
    return on && unfixable ? 'spares' : null;
  },
});
