/**
 * `npm start`: builds what is out of date, then runs the platform in this very process, so that a signal to it is a signal
 * to the platform. Plain JavaScript, because it runs before anything is built.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const oldestNode = 22;

if (Number(process.versions.node.split('.')[0]) < oldestNode) {
  process.stderr.write(
    `Assay needs Node ${oldestNode} or newer and this is ${process.version}. Started as "npm start", it uses the Node 24 that ` +
      'npm ci installs on Linux; run npm ci without --omit=optional, or install Node 24.\n',
  );
  process.exit(1);
}

build();
module.enableCompileCache(join(root, '.cache', 'compiled'));
const [entry = 'platform', ...args] = serviceOf(process.argv.slice(2));
process.argv.splice(2, Infinity, ...args);
await import(join(root, 'apps', entry, 'dist', 'main.js'));

/** `tsc -b` itself knows what is out of date. An installation without the compiler brings its build along. */
function build() {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  if (!existsSync(compiler)) return;
  const started = performance.now();
  const { status } = spawnSync(process.execPath, [compiler, '-b', join(root, 'tsconfig.build.json')], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
  const seconds = (performance.now() - started) / 1000;
  if (seconds > 2) process.stdout.write(`built in ${seconds.toFixed(1)} s\n`);
}

/** `--service scanner` runs that service alone, with the settings of the environment; else the platform gets all words. */
function serviceOf(words) {
  if (words[0] !== '--service') return ['platform', ...words];
  const [, service = '', ...rest] = words;
  if (/^[a-z-]+$/.test(service) && existsSync(join(root, 'apps', service, 'dist', 'main.js')))
    return [service, ...rest];
  process.stderr.write(`There is no service "${service}". For example: npm run service -- scanner\n`);
  process.exit(1);
}
