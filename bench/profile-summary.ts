/**
 * Reads the `.cpuprofile` files that `--profile` has left (or the files named) and says where the time went: by package,
 * and by function, in time of their own. Idle time is left out.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

/** The V8 profile format (Chrome DevTools Protocol, `Profiler.Profile`). Times are in microseconds. */
interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const folder = resolve('.cache/profiles');
const shown = 40;
const notWork = new Set(['(idle)', '(program)', '(root)']);

const files = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
for (const file of files.length > 0 ? files : readdirSync(folder).map((name) => join(folder, name))) summarise(file);

function summarise(file: string): void {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8')) as Profile;
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const callers = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const functions = new Map<string, number>();
  const packages = new Map<string, number>();
  const inclusive = new Map<string, number>();
  let [busy, idle] = [0, 0];
  samples.forEach((id, index) => {
    const microseconds = timeDeltas[index] ?? 0;
    const { functionName, url } = frames.get(id)!;
    if (notWork.has(functionName)) idle += microseconds;
    else {
      busy += microseconds;
      add(functions, nameOf(frames.get(id)!), microseconds);
      add(packages, packageOf(url, functionName), microseconds);
      for (const name of stackOf(id, callers, frames)) add(inclusive, name, microseconds);
    }
  });
  const seconds = (microseconds: number): string => (microseconds / 1e6).toFixed(1);
  process.stdout.write(
    `\n# ${relative(process.cwd(), file)}: ${seconds(busy)} s busy, ${seconds(idle)} s idle or native\n`,
  );
  print('time of their own, by package', packages, busy, 25);
  print('time of their own', functions, busy, shown);
  print('with everything they call', inclusive, busy, 2 * shown);
}

/** The functions on the stack above and including a node, each once. */
function stackOf(
  id: number,
  callers: ReadonlyMap<number, number>,
  frames: ReadonlyMap<number, Profile['nodes'][number]['callFrame']>,
): Set<string> {
  const names = new Set<string>();
  for (let at: number | undefined = id; at !== undefined; at = callers.get(at)) {
    const frame = frames.get(at)!;
    if (frame.url !== '' && !frame.url.startsWith('node:')) names.add(nameOf(frame));
  }
  return names;
}

function nameOf({ functionName, url, lineNumber }: Profile['nodes'][number]['callFrame']): string {
  return `${functionName || '(anonymous)'}${url === '' ? '' : ` ${shortened(url)}:${lineNumber + 1}`}`;
}

function add(sums: Map<string, number>, key: string, value: number): void {
  sums.set(key, (sums.get(key) ?? 0) + value);
}

function print(title: string, sums: ReadonlyMap<string, number>, total: number, most: number): void {
  process.stdout.write(`${title}\n`);
  const rows = [...sums].toSorted(([, a], [, b]) => b - a).slice(0, most);
  for (const [name, sum] of rows) process.stdout.write(`${((100 * sum) / total).toFixed(1).padStart(6)} %  ${name}\n`);
  process.stdout.write('\n');
}

function shortened(url: string): string {
  return url
    .replace(/^file:\/\//, '')
    .replace(`${process.cwd()}/`, '')
    .replace(/^.*node_modules\//, '');
}

function packageOf(url: string, functionName: string): string {
  if (url === '') return functionName === '(garbage collector)' ? functionName : '(native)';
  if (url.startsWith('node:')) return url.split('/')[0] ?? url;
  const [, scope] = /^((?:@[^/]+\/)?[^/]+)/.exec(shortened(url)) ?? [];
  return /^(apps|libs)\//.test(shortened(url)) ? shortened(url).split('/').slice(0, 2).join('/') : (scope ?? url);
}
