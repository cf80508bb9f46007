import type { Repository } from '../repository.js';
import type { Rule } from '../rule.js';

/** No file needs itself to be loaded. Imports of types alone leave nothing behind and do not count. */
export const cycles: Rule = {
  name: 'files import each other in one direction',
  why: 'In a cycle one file sees the other half loaded: it passes the tests and dies in Node.',
  check: (repository) =>
    cyclesOf(graphOf(repository)).map((cycle) => ({
      file: cycle[0]!,
      message: `is part of a cycle: ${[...cycle, cycle[0]].join(' → ')}`,
    })),
};

function graphOf({ files, resolve }: Repository): Map<string, string[]> {
  return new Map(
    files.map((file) => [
      file.path,
      file.imports.filter(({ typeOnly }) => !typeOnly).flatMap((wanted) => resolve(file, wanted)?.path ?? []),
    ]),
  );
}

/** One cycle for each edge that closes one, in depth-first order. */
function cyclesOf(graph: Map<string, string[]>): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (path: string): void => {
    if (trail.includes(path)) found.push(trail.slice(trail.indexOf(path)));
    if (done.has(path)) return;
    done.add(path);
    trail.push(path);
    for (const next of graph.get(path) ?? []) visit(next);
    trail.pop();
  };
  for (const path of graph.keys()) visit(path);
  return found;
}
