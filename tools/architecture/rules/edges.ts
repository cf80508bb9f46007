import {
  applications,
  librariesFromTheBottom,
  narrowLibraries,
  notForServices,
  separate,
  services,
} from '../layers.js';
import { isTest, packageNameOf } from '../paths.js';
import type { Rule } from '../rule.js';

const scope = '@assay/';
const ladder: readonly string[] = librariesFromTheBottom;

/** Who may import whom, by architecture.md §4. */
export const edges: Rule = {
  name: 'packages import only what stands below them, and no service another',
  why: 'A service that imports another can no longer be deployed, tested or understood alone.',
  check: ({ files, packages, packageOf }) => [
    ...packages
      .map(({ folder }) => folder)
      .filter((folder) => !isKnown(folder))
      .map((folder) => ({ file: folder, message: 'has no place in tools/architecture/layers.ts; give it one' })),
    ...files.flatMap((file) => {
      const from = packageOf(file.path)?.folder;
      if (from === undefined || !isKnown(from)) return [];
      return file.imports.flatMap(({ specifier, line }) => {
        const name = packageNameOf(specifier);
        if (!name?.startsWith(scope)) return [];
        const to = name.slice(scope.length);
        const self = from.split('/')[1] === to;
        if (self || allowed(from, to, isTest(file.path))) return [];
        return [{ file: file.path, line, message: `imports ${name}, which ${from} may not know` }];
      });
    }),
  ],
};

function isKnown(folder: string): boolean {
  const [parent, name = ''] = folder.split('/');
  const known = parent === 'libs' ? ladder : [...services, ...applications, ...separate];
  return known.includes(name);
}

function allowed(from: string, to: string, inTest: boolean): boolean {
  const [parent, name = ''] = from.split('/');
  if (separate.includes(name)) return false;
  if (applications.includes(name)) return true;
  // A test starts real infrastructure, whatever layer it tests.
  if (inTest && to === 'testing') return true;
  if (parent === 'apps') return ladder.includes(to) && !notForServices.includes(to);
  const narrow = narrowLibraries[name];
  if (narrow) return narrow.includes(to);
  return ladder.includes(to) && ladder.indexOf(to) < ladder.indexOf(name);
}
