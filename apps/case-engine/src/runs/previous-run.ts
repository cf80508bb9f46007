import { compareRuns, type Leader, newestOf, trackOf, withRun } from './run-order.js';

/** True if `one` is older than `other`, or was accepted earlier where the two tell their ages in different ways. */
function isOlder(one: Leader, other: Leader): boolean {
  if (one.id === other.id) return false;
  if (trackOf(one) === trackOf(other)) return compareRuns(one, other) < 0;
  return one.acceptedAt < other.acceptedAt;
}

/** The run that its subject stood by before this one: the newest of those older than it. Null for the first. */
export function previousOf<Run extends Leader>(run: Leader, runs: readonly Run[]): Run | null {
  const newest = newestOf(runs.filter((each) => isOlder(each, run)).reduce<readonly Leader[]>(withRun, []));
  return runs.find(({ id }) => id === newest?.id) ?? null;
}

/** The runs whose previous one is this: none for the newest, as a rule. They have to be compared anew when it comes late. */
export function followersOf<Run extends Leader>(run: Leader, runs: readonly Run[]): Run[] {
  const newer = runs.filter((each) => isOlder(run, each));
  const track = trackOf(run);
  const [ofTrack, others] = [
    newer.filter((each) => trackOf(each) === track),
    newer.filter((each) => trackOf(each) !== track),
  ];
  // Between this run and all others of its track lies the next one, which they follow sooner.
  const next = ofTrack.toSorted(compareRuns).slice(0, 1);
  return [...next, ...others].filter((each) => previousOf(each, runs)?.id === run.id);
}
