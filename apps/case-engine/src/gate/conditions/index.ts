import type { GateCondition } from './condition.js';
import { epssAtLeast } from './epss-at-least.js';
import { kevAlways } from './kev-always.js';
import { newOnly } from './new-only.js';
import { onlyFixable } from './only-fixable.js';
import { threshold } from './threshold.js';

/** Every condition of the gate. A finding that several block is explained by the first of them. */
export const gateConditions: readonly GateCondition[] = [kevAlways, threshold, epssAtLeast, newOnly, onlyFixable];
