import { dirname } from 'node:path';

/**
 * Gives every package with a tsconfig.json a `build` target, so that no package.json has to repeat it. How it is run and
 * cached stands in `targetDefaults` of nx.json. Nx's own plugin for TypeScript needs a compiler API that TypeScript 7 has not.
 */
export const createNodes = [
  '{libs,apps}/*/tsconfig.json',
  (files) =>
    files.map((file) => [file, { projects: { [dirname(file)]: { root: dirname(file), targets: { build: {} } } } }]),
];

export const name = 'assay-build-target';
