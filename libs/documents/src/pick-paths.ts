/** One step of the paths that are looked for: what comes below it, by member name or, for every array item, `items`. */
export interface PathStep {
  /** The path from the root, as the caller wrote it; empty for the root. */
  readonly path: string;
  /** True if a path ends here: the value is wanted whole. */
  wanted: boolean;
  readonly members: Map<string, PathStep>;
  items: PathStep | undefined;
}

function newStep(path: string): PathStep {
  return { path, wanted: false, members: new Map(), items: undefined };
}

/**
 * Paths as a tree. A path is member names joined by dots, `*` for every item of an array: `specVersion`,
 * `components.*`, `trivy_report.Results.*`, `*`. A name with a dot in it can't be reached.
 *
 * Throws a `RangeError` (the caller's mistake, not the document's) if there is no path, if one lies inside another, whose
 * value would be handed out twice, or if one place is both an array and an object.
 */
export function compilePaths(paths: readonly string[]): PathStep {
  const root = newStep('');
  if (paths.length === 0) throw new RangeError('there is no path to pick');
  for (const path of paths) {
    const names = path.split('.');
    let step = root;
    names.forEach((name, index) => {
      step = stepInto(step, name, names.slice(0, index + 1).join('.'));
    });
    step.wanted = true;
  }
  checkStep(root);
  return root;
}

function stepInto(parent: PathStep, name: string, path: string): PathStep {
  if (name === '') throw new RangeError(`a path has an empty part: "${path}"`);
  const known = name === '*' ? parent.items : parent.members.get(name);
  if (known !== undefined) return known;
  const step = newStep(path);
  if (name === '*') parent.items = step;
  else parent.members.set(name, step);
  return step;
}

function checkStep(step: PathStep): void {
  const below = [...step.members.values(), ...(step.items === undefined ? [] : [step.items])];
  if (step.wanted && below.length > 0) throw new RangeError(`"${below[0]!.path}" lies inside "${step.path}"`);
  if (step.items !== undefined && step.members.size > 0) {
    throw new RangeError(`"${step.path}" can't be both an array and an object`);
  }
  below.forEach(checkStep);
}
