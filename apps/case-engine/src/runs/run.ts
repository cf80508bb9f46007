import { type ArtifactRef, type Origin, originSchema, type Subject, subjectKey } from '@assay/contracts';
import { digestOf, hexOf, type Uuid } from '@assay/kernel';

/** One document that a run consists of, with the claim check of what was found in it. */
export interface RunDocument {
  readonly tool: string;
  /** What the tool looked at, where a run has several reports of one tool; empty if nobody said. */
  readonly target: string;
  readonly scanId: Uuid;
  readonly receiptId: Uuid;
  readonly acceptedAt: Date;
  /** Digest of the document itself: the same one sent again changes nothing. */
  readonly documentDigest: string;
  readonly findingsDigest: ArtifactRef['digest'];
  readonly components: number;
  /** Version of the `findings.changed` that brought the findings; null while they are those of the scan. */
  readonly findingsVersion: number | null;
}

/** What decides which of two runs of a subject is the newer one. */
export interface RunOrder {
  readonly provider: string;
  readonly runStartedAt: Date | null;
  readonly ciRunId: string | null;
  /** When the first of its documents was accepted. */
  readonly acceptedAt: Date;
  readonly commitSha: string | null;
}

/** Everything known of a subject at one commit in one CI run (`semantics.md` §1). */
export interface Run extends RunOrder {
  readonly id: Uuid;
  readonly key: string;
  readonly origin: Origin;
  /** The newest per tool and target. */
  readonly documents: readonly RunDocument[];
}

/** What a document did to its run. `repeated`: the same bytes again; `outdated`: a later one of this tool and target was there first. */
export type Entry = 'added' | 'replaced' | 'repeated' | 'outdated';

/**
 * The identity of a run: subject, commit and CI run, as 64 hexadecimal digits, because names may be longer than an
 * index row. A document without a subject is a run of its own.
 */
export function runKey(subject: Subject | null, origin: Origin, receiptId: Uuid): string {
  const parts = subject === null ? ['', receiptId] : [subjectKey(subject), origin.commitSha, origin.runId];
  return hexOf(digestOf(JSON.stringify(parts)));
}

/**
 * Negative if `one` is older than `other`: by the time CI says it began, else by the whole number of the same provider's
 * run, else by acceptance (`semantics.md` §3). Never 0 for runs that differ, so that every order of delivery ends alike.
 */
export function compareRuns(one: RunOrder, other: RunOrder): number {
  return (
    byStart(one, other) ||
    byNumber(one, other) ||
    one.acceptedAt.getTime() - other.acceptedAt.getTime() ||
    byName(one, other)
  );
}

function byStart(one: RunOrder, other: RunOrder): number {
  if (one.runStartedAt === null || other.runStartedAt === null) return 0;
  return one.runStartedAt.getTime() - other.runStartedAt.getTime();
}

function byNumber(one: RunOrder, other: RunOrder): number {
  const [a, b] = [numberOf(one), numberOf(other)];
  if (a === null || b === null || one.provider !== other.provider) return 0;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The CI run's id as a number; some providers count beyond 2^53. */
function numberOf({ ciRunId }: RunOrder): bigint | null {
  return ciRunId !== null && /^\d{1,30}$/.test(ciRunId) ? BigInt(ciRunId) : null;
}

function byName(one: RunOrder, other: RunOrder): number {
  const name = ({ commitSha, ciRunId }: RunOrder): string => JSON.stringify([commitSha, ciRunId]);
  return name(one) < name(other) ? -1 : name(one) > name(other) ? 1 : 0;
}

/** What a scan says of the run it belongs to. */
export interface Arrival {
  readonly origin: Origin;
  readonly document: RunDocument;
}

/** A run of which nothing was known before. */
export function begin(id: Uuid, key: string, { origin, document }: Arrival): Run {
  return { ...orderOf(origin, document.acceptedAt), id, key, origin, documents: [] };
}

/** The run with one more document. Of several of one tool and target the one accepted last counts, whenever it arrives. */
export function enter(run: Run, { origin, document }: Arrival): { readonly run: Run; readonly entry: Entry } {
  const same = run.documents.find(({ tool, target }) => tool === document.tool && target === document.target);
  const together = mergeOrigins(run.origin, origin);
  const acceptedAt = run.acceptedAt < document.acceptedAt ? run.acceptedAt : document.acceptedAt;
  const whole = { ...run, ...orderOf(together, acceptedAt), origin: together };
  if (same !== undefined && isLater(same, document)) return { run: whole, entry: 'outdated' };
  const documents = [...run.documents.filter((each) => each !== same), document].toSorted(byToolAndTarget);
  const again = same?.documentDigest === document.documentDigest ? 'repeated' : 'replaced';
  return { run: { ...whole, documents }, entry: same === undefined ? 'added' : again };
}

function orderOf(origin: Origin, acceptedAt: Date): RunOrder {
  const { provider, runStartedAt, runId, commitSha } = origin;
  return {
    provider,
    runStartedAt: runStartedAt === null ? null : new Date(runStartedAt),
    ciRunId: runId,
    acceptedAt,
    commitSha,
  };
}

/** What the documents of a run say together. Where they differ the smaller text is taken: it does not depend on who came first. */
function mergeOrigins(one: Origin, other: Origin): Origin {
  const smaller = (a: string | null = null, b: string | null = null): string | null =>
    a === null ? b : b === null ? a : a < b ? a : b;
  const fields = Object.keys(originSchema.shape) as (keyof Origin)[];
  return Object.fromEntries(fields.map((field) => [field, smaller(one[field], other[field])])) as unknown as Origin;
}

/** Findings of a document that nobody sent anew, because advisories changed. */
export type Refreshed = Pick<RunDocument, 'tool' | 'receiptId' | 'scanId' | 'findingsDigest'> & {
  readonly findingsVersion: number;
};

/**
 * The run with new findings for one of its documents; null where they change nothing: the document has been replaced by a
 * later one, or these findings or newer ones are known.
 */
export function refresh(run: Run, news: Refreshed): { readonly run: Run; readonly document: RunDocument } | null {
  const known = run.documents.find(({ tool, receiptId }) => tool === news.tool && receiptId === news.receiptId);
  if (known === undefined || (known.findingsVersion ?? -1) >= news.findingsVersion) return null;
  const document = { ...known, ...news };
  return { run: { ...run, documents: run.documents.map((each) => (each === known ? document : each)) }, document };
}

function isLater(one: RunDocument, other: RunDocument): boolean {
  const difference = one.acceptedAt.getTime() - other.acceptedAt.getTime();
  return difference > 0 || (difference === 0 && one.scanId > other.scanId);
}

function byToolAndTarget(one: RunDocument, other: RunDocument): number {
  const name = ({ tool, target }: RunDocument): string => JSON.stringify([tool, target]);
  return name(one) < name(other) ? -1 : 1;
}

/** Components of the run: of the tool that saw most of them, because several tools count the same ones. */
export function componentsOf(documents: readonly RunDocument[]): number {
  const byTool = new Map<string, number>();
  for (const { tool, components } of documents) byTool.set(tool, (byTool.get(tool) ?? 0) + components);
  return Math.max(0, ...byTool.values());
}
