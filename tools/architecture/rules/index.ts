import type { Rule } from '../rule.js';
import { cycles } from './cycles.js';
import { declaredDependencies } from './declared-dependencies.js';
import { edges } from './edges.js';
import { environment } from './environment.js';
import { frontDoors } from './front-doors.js';
import { names } from './names.js';
import { pureRules } from './pure-rules.js';
import { references } from './references.js';
import { sizes } from './sizes.js';
import { testPlaces } from './test-places.js';
import { testsThatTest } from './tests-that-test.js';

/** Every rule of the house. */
export const rules: readonly Rule[] = [
  edges,
  declaredDependencies,
  frontDoors,
  references,
  pureRules,
  environment,
  cycles,
  sizes,
  names,
  testPlaces,
  testsThatTest,
];
