import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readRepository, type Repository } from './repository.js';

/** Files by path; an object is written as JSON. */
export type Tree = Record<string, string | object>;

/** A small house in which every rule is kept: two libraries, two services, the platform. */
const cleanHouse: Tree = {
  'package.json': { name: 'house', devDependencies: { vitest: '5' } },
  'tsconfig.build.json': {
    references: ['libs/kernel', 'libs/persistence', 'apps/scanner', 'apps/signer', 'apps/platform'].map((path) => ({
      path,
    })),
  },
  ...aPackage('libs/kernel', {}),
  ...aPackage('libs/persistence', { '@assay/kernel': '*', typeorm: '1' }),
  ...aPackage('apps/scanner', { '@assay/kernel': '*', '@assay/persistence': '*', typeorm: '1' }),
  ...aPackage('apps/signer', { '@assay/kernel': '*' }),
  ...aPackage('apps/platform', { '@assay/scanner': '*', '@assay/signer': '*' }),
  'libs/persistence/src/index.ts': `import { newId } from '@assay/kernel'; import { DataSource } from 'typeorm';`,
  'apps/scanner/src/matching/match.ts': `import { newId } from '@assay/kernel';`,
  'apps/scanner/src/matching/match.spec.ts': `import { expect, it } from 'vitest'; it('x', () => expect(1).toBe(1));`,
  'apps/scanner/src/matching/match.store.ts': `import { DataSource } from 'typeorm'; import { match } from './match.js';`,
  'apps/scanner/src/scanner.env.ts': `export const port = process.env.PORT;`,
  'apps/platform/src/index.ts': `import '@assay/scanner'; import '@assay/signer';`,
};

/** The clean house with some files added or replaced, written to a temporary folder, read, and removed again. */
export function plant(changes: Tree = {}): Repository {
  const root = mkdtempSync(join(tmpdir(), 'assay-architecture-'));
  try {
    for (const [path, content] of Object.entries({ ...cleanHouse, ...changes })) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
    }
    return readRepository(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** The files of an empty package; its tsconfig references what it depends on among our packages. */
export function aPackage(folder: string, dependencies: Record<string, string>): Tree {
  const folders: Record<string, string> = { kernel: 'libs', persistence: 'libs', scanner: 'apps', signer: 'apps' };
  const names = Object.keys(dependencies).flatMap((name) => /^@assay\/(.+)$/.exec(name)?.[1] ?? []);
  return {
    [`${folder}/package.json`]: { name: `@assay/${folder.split('/')[1]}`, exports: { '.': './x.js' }, dependencies },
    [`${folder}/tsconfig.json`]: { references: names.map((name) => ({ path: `../../${folders[name]}/${name}` })) },
    [`${folder}/src/index.ts`]: '',
  };
}
