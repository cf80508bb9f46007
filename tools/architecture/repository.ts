import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { readSource, type Import, type SourceFile } from './source-file.js';

/** One workspace package: a service, an application or a library. */
export interface Package {
  /** Its folder: `libs/kernel`, `apps/scanner`. */
  readonly folder: string;
  /** `@assay/kernel`. */
  readonly name: string;
  readonly dependencies: ReadonlySet<string>;
  readonly devDependencies: ReadonlySet<string>;
  /** Sub-paths that `exports` opens, `.` among them. */
  readonly doors: ReadonlySet<string>;
  /** Folders named by `references` of its tsconfig.json; undefined where it has no tsconfig.json. */
  readonly references: readonly string[] | undefined;
}

/** The repository as the rules see it. */
export interface Repository {
  readonly packages: readonly Package[];
  readonly files: readonly SourceFile[];
  /** Packages that the root package.json declares. */
  readonly rootDependencies: ReadonlySet<string>;
  /** Folders that tsconfig.build.json builds. */
  readonly built: readonly string[];
  packageOf(path: string): Package | undefined;
  /** The file of this repository that a relative import means. */
  resolve(from: SourceFile, wanted: Import): SourceFile | undefined;
}

interface Manifest {
  name: string;
  exports?: Record<string, unknown>;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

interface Tsconfig {
  references?: { path: string }[];
}

const sourceFolders = ['libs', 'apps', 'test', 'tools', 'bench'];
const notOurs = new Set(['node_modules', 'dist', 'fixtures', 'seed', '.assay', '.nx', '.cache', 'test-results']);

/** Reads a repository: its packages, and every TypeScript and JavaScript file with what it imports. */
export function readRepository(root: string): Repository {
  const readJson = <T>(path: string): T => JSON.parse(readFileSync(join(root, path), 'utf8')) as T;
  const packages = ['libs', 'apps']
    .flatMap((parent) => foldersIn(root, parent))
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder): Package => {
      const manifest = readJson<Manifest>(`${folder}/package.json`);
      const tsconfig = existsSync(join(root, folder, 'tsconfig.json'))
        ? readJson<Tsconfig>(`${folder}/tsconfig.json`)
        : undefined;
      return {
        folder,
        name: manifest.name,
        dependencies: namesOf(manifest.dependencies, manifest.optionalDependencies, manifest.peerDependencies),
        devDependencies: namesOf(manifest.devDependencies),
        doors: new Set(Object.keys(manifest.exports ?? { '.': '' })),
        references: tsconfig && foldersOf(tsconfig, folder),
      };
    });
  const files = sourceFolders
    .flatMap((folder) => [...filesIn(root, folder)])
    .map((path) => readSource(path, readFileSync(join(root, path), 'utf8')));
  const rootManifest = readJson<Manifest>('package.json');
  const byPath = new Map(files.map((file) => [file.path, file]));

  return {
    packages,
    files,
    rootDependencies: namesOf(rootManifest.dependencies, rootManifest.devDependencies),
    built: foldersOf(readJson<Tsconfig>('tsconfig.build.json'), '.'),
    packageOf: (path) => packages.find(({ folder }) => path.startsWith(`${folder}/`)),
    resolve(from, { specifier }) {
      if (!specifier.startsWith('.')) return undefined;
      const target = posix.join(posix.dirname(from.path), specifier);
      return byPath.get(target.replace(/\.js$/, '.ts')) ?? byPath.get(target);
    },
  };
}

function namesOf(...groups: (Record<string, string> | undefined)[]): Set<string> {
  return new Set(groups.flatMap((group) => Object.keys(group ?? {})));
}

function foldersOf({ references = [] }: Tsconfig, from: string): string[] {
  return references.map(({ path }) => posix.join(from, path));
}

function foldersIn(root: string, parent: string): string[] {
  if (!existsSync(join(root, parent))) return [];
  const entries = readdirSync(join(root, parent), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && !notOurs.has(entry.name))
    .map(({ name }) => `${parent}/${name}`);
}

function* filesIn(root: string, folder: string): Generator<string> {
  if (!existsSync(join(root, folder))) return;
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!notOurs.has(entry.name)) yield* filesIn(root, path);
    } else if (/\.(ts|tsx|mts|js|jsx|mjs)$/.test(entry.name)) yield path;
  }
}
