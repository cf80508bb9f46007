import { parseSync, Visitor } from 'oxc-parser';

/** One module asked for by a file. */
export interface Import {
  /** As written: `./x.js`, `@assay/kernel`, `node:fs`. */
  readonly specifier: string;
  readonly line: number;
  /** True if nothing of it is left at run time: `import type`, `export type … from`, `import('x').T`. */
  readonly typeOnly: boolean;
}

/** What the rules need to know of one source file. */
export interface SourceFile {
  /** From the root of the repository, with `/`. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  /** Lines that read `process.env`. */
  readonly environmentReads: readonly number[];
  /** How often the file calls `expect`. */
  readonly expectations: number;
  /** Lines that let only some tests run: `it.only`, `describe.only`, … */
  readonly focusedTests: readonly number[];
}

const testFunctions = new Set(['it', 'test', 'describe', 'suite']);

/** Reads the facts of a file from its syntax. @throws Error for a file that does not parse */
export function readSource(path: string, text: string): SourceFile {
  const { module, program, errors } = parseSync(path, text);
  const broken = errors.find(({ severity }) => severity === 'Error');
  if (broken) throw new Error(`${path} does not parse: ${broken.message}`);

  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length;
  const imports: Import[] = [];
  const environmentReads: number[] = [];
  const focusedTests: number[] = [];
  let expectations = 0;

  for (const { moduleRequest, entries, start } of module.staticImports) {
    const typeOnly = entries.length > 0 && entries.every(({ isType }) => isType);
    imports.push({ specifier: moduleRequest.value, line: lineAt(start), typeOnly });
    const readsEnvironment = entries.some(({ importName }) =>
      ['env', 'default'].includes(importName.name ?? 'default'),
    );
    if (/^(node:)?process$/.test(moduleRequest.value) && readsEnvironment) environmentReads.push(lineAt(start));
  }
  for (const { entries, start } of module.staticExports) {
    const [entry] = entries;
    if (!entry?.moduleRequest) continue;
    const typeOnly = entries.every(({ isType }) => isType);
    imports.push({ specifier: entry.moduleRequest.value, line: lineAt(start), typeOnly });
  }

  new Visitor({
    ImportExpression({ source, start }) {
      if (source.type !== 'Literal' || typeof source.value !== 'string') return;
      imports.push({ specifier: source.value, line: lineAt(start), typeOnly: false });
    },
    TSImportType({ source, start }) {
      imports.push({ specifier: source.value, line: lineAt(start), typeOnly: true });
    },
    MemberExpression({ object, property, start }) {
      if (object.type !== 'Identifier') return;
      const name = property.type === 'Identifier' ? property.name : property.type === 'Literal' ? property.value : '';
      if (object.name === 'process' && name === 'env') environmentReads.push(lineAt(start));
      if (testFunctions.has(object.name) && name === 'only') focusedTests.push(lineAt(start));
    },
    VariableDeclarator({ id, init, start }) {
      const takesApart = id.type === 'ObjectPattern' && init?.type === 'Identifier' && init.name === 'process';
      if (takesApart) environmentReads.push(lineAt(start));
    },
    CallExpression({ callee }) {
      const root = callee.type === 'MemberExpression' ? callee.object : callee;
      if (root.type === 'Identifier' && root.name.startsWith('expect')) expectations += 1;
    },
  }).visit(program);

  return { path, lines: text.split('\n').length - 1, imports, environmentReads, expectations, focusedTests };
}
