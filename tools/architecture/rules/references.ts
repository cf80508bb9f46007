import type { Package } from '../repository.js';
import type { Rule } from '../rule.js';

/** tsconfig `references` say the same as package.json, and the build knows every package. */
export const references: Rule = {
  name: 'project references are the declared dependencies, and everything is built',
  why: 'A missing reference builds against yesterday’s output; a package nobody builds is broken without anybody knowing.',
  check: ({ packages, built }) => {
    const folderOf = new Map(packages.map(({ name, folder }) => [name, folder]));
    const compiled = packages.filter(
      (each): each is Package & { references: string[] } => each.references !== undefined,
    );
    return compiled.flatMap(({ folder, dependencies, references: referenced }) => {
      const file = `${folder}/tsconfig.json`;
      const wanted = [...dependencies].flatMap((name) => folderOf.get(name) ?? []);
      return [
        ...wanted
          .filter((each) => !referenced.includes(each))
          .map((each) => ({ file, message: `does not reference ${each}, which package.json declares` })),
        ...referenced
          .filter((each) => !wanted.includes(each))
          .map((each) => ({ file, message: `references ${each}, which package.json does not declare` })),
        ...(built.includes(folder) ? [] : [{ file: 'tsconfig.build.json', message: `does not list ${folder}` }]),
      ];
    });
  },
};
