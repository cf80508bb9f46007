import type { Rule } from '../rule.js';

/** Where each kind of test lives, by the end of its name; the first that matches counts. */
const places: readonly { readonly kind: RegExp; readonly place: RegExp; readonly where: string }[] = [
  { kind: /\.int\.spec\.ts$/, place: /^(libs|apps)\/[^/]+\/test\//, where: 'libs/*/test or apps/*/test' },
  { kind: /\.e2e\.spec\.ts$/, place: /^test\/journeys\//, where: 'test/journeys' },
  { kind: /\.spec\.ts$/, place: /^((libs|apps)\/[^/]+\/src|tools)\//, where: 'src, beside the file it tests' },
  { kind: /\.contract\.ts$/, place: /^(libs|apps)\/[^/]+\/src\//, where: 'src, beside the store it describes' },
  { kind: /\.(test|int|e2e)\.[jt]sx?$/, place: /^$/, where: 'a file that ends in .spec.ts' },
];

/** Tests stand where the runner looks for them. */
export const testPlaces: Rule = {
  name: 'tests stand where the runner finds them',
  why: 'A test in the wrong folder is green for ever, because it never runs.',
  check: ({ files }) =>
    files.flatMap(({ path }) => {
      const rule = places.find(({ kind }) => kind.test(path));
      return !rule || rule.place.test(path) ? [] : [{ file: path, message: `belongs into ${rule.where}` }];
    }),
};
