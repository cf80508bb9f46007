import type { Rule } from '../rule.js';

/** A spec expects something, itself or through the contract it runs; and nothing is left focused. */
export const testsThatTest: Rule = {
  name: 'every test expects something, and none keeps the others from running',
  why: 'A test that cannot fail is worse than none; one forgotten `.only` switches a whole file off.',
  check: ({ files }) =>
    files.flatMap(({ path, imports, expectations, focusedTests }) => {
      const runsContract = imports.some(({ specifier }) => specifier.endsWith('.contract.js'));
      const empty = path.endsWith('.spec.ts') && expectations === 0 && !runsContract;
      return [
        ...(empty ? [{ file: path, message: 'expects nothing' }] : []),
        ...focusedTests.map((line) => ({ file: path, line, message: 'lets only this test run' })),
      ];
    }),
};
