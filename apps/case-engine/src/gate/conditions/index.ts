import { anySecret } from './any-secret.js';
import type { GateCondition } from './condition.js';
import { cvssAtLeast } from './cvss-at-least.js';
import { epssAtLeast } from './epss-at-least.js';
import { kevAlways } from './kev-always.js';
import { kinds } from './kinds.js';
import { newOnly } from './new-only.js';
import { onlyFixable } from './only-fixable.js';
import { threshold } from './threshold.js';

/** Every condition of the gate. A finding that several block is explained by the first of them. */
export const gateConditions: readonly GateCondition[] = [
  kevAlways,
  threshold,
  cvssAtLeast,
  epssAtLeast,
  anySecret,
  newOnly,
  onlyFixable,
  kinds,
];
