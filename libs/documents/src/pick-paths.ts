/**
 * One step of the paths that are looked for: what comes below it, by member name, for every array item (`items`) or for
 * every member of an object whatever its name (`anyMember`).
 */
export interface PathStep {
  /** The path from the root, as the caller wrote it; empty for the root. */
  readonly path: string;
  /** True if a path ends here: the value is wanted whole. */
  wanted: boolean;
  readonly members: Map<string, PathStep>;
  items: PathStep | undefined;
  anyMember: PathStep | undefined;
}

function newStep(path: string): PathStep {
  return { path, wanted: false, members: new Map(), items: undefined, anyMember: undefined };
}

/**
 * Paths as a tree. A path is member names joined by dots, `*` for every item of an array, `{}` for every member of an
 * object: `specVersion`, `components.*`, `trivy_report.Results.*`, `advisories.{}`, `*`. A name with a dot in it can't be
 * reached by itself.
 *
 * Throws a `RangeError` (the caller's mistake, not the document's) if there is no path, if one lies inside another, whose
 * value would be handed out twice, or if one place is both an array and an object, or has `{}` beside names.
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
  const known = name === '*' ? parent.items : name === '{}' ? parent.anyMember : parent.members.get(name);
  if (known !== undefined) return known;
  const step = newStep(path);
  if (name === '*') parent.items = step;
  else if (name === '{}') parent.anyMember = step;
  else parent.members.set(name, step);
  return step;
}

function checkStep(step: PathStep): void {
  const wildcards = [step.items, step.anyMember].filter((each) => each !== undefined);
  const below = [...step.members.values(), ...wildcards];
  if (step.wanted && below.length > 0) throw new RangeError(`"${below[0]!.path}" lies inside "${step.path}"`);
  if (step.items !== undefined && below.length > 1) {
    throw new RangeError(`"${step.path}" can't be both an array and an object`);
  }
  if (step.anyMember !== undefined && step.members.size > 0) {
    throw new RangeError(`"${step.path}" can't be asked for every member and for one of them`);
  }
  below.forEach(checkStep);
}
