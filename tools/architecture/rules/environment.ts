import { isBesideTheProduct } from '../paths.js';
import type { Rule } from '../rule.js';

/** The environment is read in `*.env.ts`, checked there once, and passed on. */
export const environment: Rule = {
  name: 'process.env is read in *.env.ts only',
  why: 'A setting read elsewhere is neither checked at start nor found in the table of settings.',
  check: ({ files }) =>
    files
      .filter(({ path }) => !path.endsWith('.env.ts') && !isBesideTheProduct(path))
      .flatMap(({ path, environmentReads }) =>
        environmentReads.map((line) => ({ file: path, line, message: 'reads process.env outside a *.env.ts file' })),
      ),
};
