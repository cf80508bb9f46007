/** One row of a page of weaknesses. */
export interface WeaknessRow {
  readonly weakness: string;
  /** The file with its test, from the top of the repository; undefined where there is none yet. */
  readonly file: string | undefined;
  readonly test: string;
}

/** What stands in the file's column where a weakness has no test yet. */
export const noTestYet = 'none yet';

/** The rows of the table of a page: weakness, file, test. */
export function weaknessRows(page: string): WeaknessRow[] {
  return page
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) => {
      const [, weakness = '', file = '', test = ''] = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
      return { weakness, file: file === noTestYet ? undefined : file.replaceAll('`', ''), test: unescaped(test) };
    });
}

/** Markdown's escapes of what is no markup here. */
function unescaped(text: string): string {
  return text.replaceAll(/\\([\\|_*])/g, '$1');
}

/** The names of tests and groups of a source file, as they are written. */
export function testNames(source: string): ReadonlySet<string> {
  const named = source.matchAll(/(?:\b(?:it|describe)|\))\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1\s*,/g);
  return new Set([...named].map(([, , name = '']) => name.replaceAll(/\\(['"`\\])/g, '$1')));
}
