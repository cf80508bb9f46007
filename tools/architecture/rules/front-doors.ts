import { posix } from 'node:path';
import { packageNameOf } from '../paths.js';
import type { Rule } from '../rule.js';

/** Packages are entered by the doors their `exports` opens. */
export const frontDoors: Rule = {
  name: 'nobody reaches into the files of another package',
  why: 'What is not exported is free to change; an import of an inner file takes that freedom away.',
  check: ({ files, packages, packageOf }) =>
    files.flatMap((file) =>
      file.imports.flatMap(({ specifier, line }) => {
        if (specifier.startsWith('.')) {
          const target = packageOf(posix.join(posix.dirname(file.path), specifier));
          if (!target || target === packageOf(file.path)) return [];
          return [{ file: file.path, line, message: `reaches into ${target.folder}; import ${target.name}` }];
        }
        const target = packages.find(({ name }) => name === packageNameOf(specifier));
        if (!target || target.doors.has(`.${specifier.slice(target.name.length)}`)) return [];
        return [{ file: file.path, line, message: `imports ${specifier}, which ${target.folder} does not export` }];
      }),
    ),
};
