import type { Uuid } from '@assay/kernel';

/** What decides which of two runs of a subject is the newer one. */
export interface RunOrder {
  readonly provider: string;
  readonly runStartedAt: Date | null;
  readonly ciRunId: string | null;
  /** When the first of its documents was accepted. */
  readonly acceptedAt: Date;
  readonly commitSha: string | null;
}

/** The newest run of its track. */
export interface Leader extends RunOrder {
  readonly id: Uuid;
}

/**
 * Runs that say the same kind of thing about their age can be ordered by it (`semantics.md` §3): those that say when they
 * began, those that one provider numbers, and all others. Between the three only acceptance tells, and it can contradict
 * them: a comparison of any two runs would go in circles. So each kind is a track with an order of its own.
 */
export function trackOf(run: RunOrder): string {
  if (run.runStartedAt !== null) return 'started';
  return numberOf(run) === null ? 'accepted' : `numbered by ${run.provider}`;
}

/**
 * Negative if `one` is older than `other`, which must be of its track: by the time CI says it began, else by the number of
 * the run, else by acceptance. Never 0 for runs that differ, so that every order of delivery ends alike.
 */
export function compareRuns(one: RunOrder, other: RunOrder): number {
  const [a, b] = [numberOf(one) ?? -1n, numberOf(other) ?? -1n];
  return (
    (one.runStartedAt?.getTime() ?? 0) - (other.runStartedAt?.getTime() ?? 0) ||
    (a < b ? -1 : a > b ? 1 : 0) ||
    byAcceptance(one, other)
  );
}

/** The newest of each track, with one more run, or with what is known better of it by now. */
export function withRun(leaders: readonly Leader[], run: Leader): Leader[] {
  const others = leaders.filter(({ id }) => id !== run.id);
  const before = others.find((each) => trackOf(each) === trackOf(run));
  if (before !== undefined && compareRuns(run, before) < 0) return others;
  const { id, provider, runStartedAt, ciRunId, acceptedAt, commitSha } = run;
  const leader = { id, provider, runStartedAt, ciRunId, acceptedAt, commitSha };
  return [...others.filter((each) => each !== before), leader].toSorted(byAcceptance);
}

/** The run that a case stands by: of the newest of each track the one accepted last. It follows from the set of runs alone. */
export function newestOf(leaders: readonly Leader[]): Leader | null {
  return leaders.toSorted(byAcceptance).at(-1) ?? null;
}

const numbers = new WeakMap<RunOrder, bigint | null>();

/** The CI run's id as a number; some providers count beyond 2^53. Runs are compared with many others, so it is read once. */
function numberOf(run: RunOrder): bigint | null {
  const known = numbers.get(run);
  if (known !== undefined) return known;
  const { ciRunId } = run;
  const number = ciRunId !== null && /^\d{1,30}$/.test(ciRunId) ? BigInt(ciRunId) : null;
  numbers.set(run, number);
  return number;
}

function byAcceptance(one: RunOrder, other: RunOrder): number {
  const name = ({ provider, commitSha, ciRunId }: RunOrder): string => JSON.stringify([provider, commitSha, ciRunId]);
  return (
    one.acceptedAt.getTime() - other.acceptedAt.getTime() ||
    (name(one) < name(other) ? -1 : name(one) > name(other) ? 1 : 0)
  );
}
