import { isBuiltin } from 'node:module';
import { isTest, packageNameOf } from '../paths.js';
import type { Rule } from '../rule.js';

/** Imports, those of types too, are declared where they are used. */
export const declaredDependencies: Rule = {
  name: 'what a file imports, its package.json declares',
  why: 'A hoisted package works here by accident and is missing from the image of the one service that needs it.',
  check: ({ files, packages, packageOf, rootDependencies }) => {
    const anywhere = new Set(packages.flatMap((each) => [each.name, ...each.dependencies, ...each.devDependencies]));
    return files.flatMap((file) => {
      const owner = packageOf(file.path);
      const mayUse = (name: string): boolean => {
        if (!owner) return rootDependencies.has(name) || anywhere.has(name);
        if (owner.name === name || owner.dependencies.has(name)) return true;
        return isTest(file.path) && (owner.devDependencies.has(name) || rootDependencies.has(name));
      };
      return file.imports.flatMap(({ specifier, line }) => {
        const name = packageNameOf(specifier);
        if (name === undefined) return [];
        if (isBuiltin(name)) return [{ file: file.path, line, message: `imports ${name}; write node:${specifier}` }];
        if (mayUse(name)) return [];
        const where = owner ? `${owner.folder}/package.json` : 'package.json';
        return [{ file: file.path, line, message: `imports ${name}, which ${where} does not declare` }];
      });
    });
  },
};
