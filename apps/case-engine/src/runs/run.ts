import {
  type ArtifactRef,
  type EngineRun,
  type Origin,
  originSchema,
  type RunContext,
  type Subject,
  subjectKey,
} from '@assay/contracts';
import { type Digest, digestOf, hexOf, type Uuid } from '@assay/kernel';
import type { Exception } from '../exceptions/exception.js';
import type { RunOrder } from './run-order.js';

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
  /** In bytes; 0 where it was not written down. */
  readonly findingsSize: number;
  /** Digest of the findings alone, where the scanner said it. */
  readonly findingsContent: Digest | null;
  readonly engines: readonly EngineRun[];
  readonly components: number;
  /** Version of the `findings.changed` that brought the findings; null while they are those of the scan. */
  readonly findingsVersion: number | null;
}

/** Something that came with a document, and when: of several the one accepted last counts. */
export interface Attached<Value> {
  readonly value: Value;
  readonly acceptedAt: Date;
}

/** Everything known of a subject at one commit in one CI run (`semantics.md` §1). */
export interface Run extends RunOrder {
  readonly id: Uuid;
  readonly key: string;
  readonly origin: Origin;
  /** The newest per tool and target. */
  readonly documents: readonly RunDocument[];
  /** What the client said of the run. */
  readonly context: Attached<RunContext> | null;
  /** What the file of exclusions that came with the run accepts: in this run, and nowhere else. */
  readonly exclusions: Attached<readonly Exception[]> | null;
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

/** What a receipt brings to the run it belongs to. All of its documents enter together. */
export interface Arrival {
  readonly origin: Origin;
  readonly acceptedAt: Date;
  readonly documents: readonly RunDocument[];
  readonly context: RunContext | null;
  readonly exclusions: readonly Exception[] | null;
}

/** A run of which nothing was known before. */
export function begin(id: Uuid, key: string, { origin, acceptedAt }: Arrival): Run {
  return { ...orderOf(origin, acceptedAt), id, key, origin, documents: [], context: null, exclusions: null };
}

/** A run after documents have come, which of them it took, and whether that made any difference to what is known. */
export interface Entered {
  readonly run: Run;
  readonly taken: readonly RunDocument[];
  /** `repeated`: the same bytes again; `outdated`: later ones of these tools and targets were there first. */
  readonly entry: Entry;
}

/** The run with the documents of one more receipt. Of several of one tool and target the one accepted last counts, whenever it arrives. */
export function enter(run: Run, arrival: Arrival): Entered {
  const { origin, acceptedAt, documents, context, exclusions } = arrival;
  const together = mergeOrigins(run.origin, origin);
  const first = run.acceptedAt < acceptedAt ? run.acceptedAt : acceptedAt;
  let whole: Run = {
    ...run,
    ...orderOf(together, first),
    origin: together,
    context: laterOf(run.context, context && { value: context, acceptedAt }),
    exclusions: laterOf(run.exclusions, exclusions && { value: exclusions, acceptedAt }),
  };
  const taken: RunDocument[] = [];
  const entries = new Set<Entry>();
  for (const document of documents) {
    const same = whole.documents.find((each) => each.tool === document.tool && each.target === document.target);
    entries.add(entryOf(same, document));
    if (same !== undefined && isLater(same, document)) continue;
    const others = whole.documents.filter((each) => each !== same);
    const entered =
      same !== undefined && saysTheSame(same, document) ? { ...same, acceptedAt: document.acceptedAt } : document;
    whole = { ...whole, documents: [...others, entered].toSorted(byToolAndTarget) };
    taken.push(entered);
  }
  return { run: whole, taken, entry: byWeight.find((each) => entries.has(each)) ?? 'repeated' };
}

/**
 * The same bytes with the same findings are the scan that is known: of it only the time moves on, which decides whether
 * a third document is the later one.
 */
function saysTheSame(known: RunDocument, again: RunDocument): boolean {
  return known.documentDigest === again.documentDigest && known.findingsDigest === again.findingsDigest;
}

/** Of several documents the one that changed most says what their receipt did. */
const byWeight: readonly Entry[] = ['added', 'replaced', 'repeated', 'outdated'];

function entryOf(same: RunDocument | undefined, document: RunDocument): Entry {
  if (same === undefined) return 'added';
  if (same.documentDigest === document.documentDigest) return 'repeated';
  return isLater(same, document) ? 'outdated' : 'replaced';
}

function laterOf<Value>(one: Attached<Value> | null, other: Attached<Value> | null): Attached<Value> | null {
  if (one === null || other === null) return one ?? other;
  const difference = one.acceptedAt.getTime() - other.acceptedAt.getTime();
  if (difference !== 0) return difference > 0 ? one : other;
  return JSON.stringify(one.value) > JSON.stringify(other.value) ? one : other;
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
export type Refreshed = Pick<RunDocument, 'tool' | 'receiptId' | 'scanId' | 'findingsDigest' | 'findingsSize'> & {
  readonly findingsVersion: number;
};

/**
 * The run with new findings for one of its documents; null where they change nothing: the document has been replaced by a
 * later one, or these findings or newer ones are known.
 */
export function refresh(run: Run, news: Refreshed): { readonly run: Run; readonly document: RunDocument } | null {
  const known = run.documents.find(({ tool, receiptId }) => tool === news.tool && receiptId === news.receiptId);
  if (known === undefined || (known.findingsVersion ?? -1) >= news.findingsVersion) return null;
  const document = { ...known, ...news, findingsContent: null };
  return { run: { ...run, documents: run.documents.map((each) => (each === known ? document : each)) }, document };
}

/** At the same moment the larger digest counts as the later one: any choice will do that is the same in every order. */
function isLater(one: RunDocument, other: RunDocument): boolean {
  const difference = one.acceptedAt.getTime() - other.acceptedAt.getTime();
  return difference > 0 || (difference === 0 && one.documentDigest > other.documentDigest);
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
