/**
 * `node bench/run.ts <name> [--option=value …]`: runs one measurement, for example `node bench/run.ts throughput
 * --connections=16`. Node runs it from the TypeScript sources; the product it measures is what `npm run build` has built.
 * Exit code 0 if every answer was right, whatever the figures; 1 if an answer was wrong; 2 for a name that is none.
 */
import { existsSync, readdirSync } from 'node:fs';
import { readSourcesAsTheyAre } from './support/typescript-sources.ts';

readSourcesAsTheyAre();
const [name = '', ...options] = process.argv.slice(2);
const file = new URL(`./${name}.ts`, import.meta.url);
if (!/^[a-z-]+$/.test(name) || name === 'run' || !existsSync(file)) {
  const names = readdirSync(import.meta.dirname).filter((entry) => entry.endsWith('.ts') && entry !== 'run.ts');
  process.stderr.write(`Measure what? ${names.map((entry) => entry.slice(0, -3)).join(', ')}\n`);
  process.exit(2);
}
process.argv.splice(2, Infinity, ...options);
await import(file.href);
