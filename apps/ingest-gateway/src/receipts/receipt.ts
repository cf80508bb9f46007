import {
  type benchmarkCompletedV1,
  type Dialect,
  type DataOf,
  type DocumentRef,
  type gateDecidedV1,
  type Origin,
  type RunContext,
  type Stage,
  type StageError,
  stagesToWaitFor,
  type Subject,
  type Verdict,
} from '@assay/contracts';
import type { SeverityCounts, TenantSlug, Uuid } from '@assay/kernel';

export type DocumentKind = keyof typeof stagesToWaitFor;
export const receiptStatuses = ['accepted', 'processing', 'done', 'failed'] as const;
export type ReceiptStatus = (typeof receiptStatuses)[number];

/** One accepted request with its documents, as it is committed. */
export interface AcceptedReceipt {
  readonly id: Uuid;
  readonly tenant: TenantSlug;
  readonly kind: DocumentKind;
  /** Whose protocol the caller spoke. */
  readonly dialect: Dialect;
  /** The reader of a report; null for an SBOM. */
  readonly tool: string | null;
  readonly subject: Subject | null;
  readonly origin: Origin;
  readonly documents: readonly DocumentRef[];
  /** What a CI client said of its run; it travels with the event and is kept by who keeps the history. */
  readonly context?: RunContext | null;
  /** Who sent it. */
  readonly actor: string;
  readonly acceptedAt: Date;
}

/** One step of its timeline, as the service that made it reported it. */
export interface ReceiptStage {
  readonly stage: Stage;
  readonly service: string;
  readonly at: Date;
  readonly durationMs: number;
  /** Null for a stage that went well. */
  readonly error: StageError | null;
}

/** The judged documents of a receipt, with the findings documents that the verdict follows from. */
export type JudgedScans = NonNullable<DataOf<typeof gateDecidedV1>['scans']>;

/** What became of it. `entries` are the report's own counts. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly entries: SeverityCounts;
  /** Kept of bundles alone. */
  readonly scans: JudgedScans | null;
}

/** A scan of a document of benchmark results, as compliance recorded it. */
export type ScanOutcome = DataOf<typeof benchmarkCompletedV1>;

/** What is known of a receipt now. */
export interface ReceiptState {
  readonly status: ReceiptStatus;
  readonly error: StageError | null;
}

/** True if the receipt is not done before this stage has ended. */
export function isWaitedFor(kind: DocumentKind, stage: string): boolean {
  return (stagesToWaitFor[kind] as readonly string[]).includes(stage);
}

/**
 * The state of a receipt of this kind, whatever order its progress came in. A failed stage that is waited for fails it,
 * until a replay lets the stage end well. `judge` has ended when the verdict itself is here, which comes as an event of
 * its own; VEX gets none.
 */
export function stateOf(kind: DocumentKind, stages: readonly ReceiptStage[], isJudged: boolean): ReceiptState {
  const failed = stages.find(({ stage, error }) => error !== null && isWaitedFor(kind, stage));
  if (failed) return { status: 'failed', error: failed.error };
  const ended = (stage: Stage): boolean =>
    stages.some((each) => each.stage === stage) && (stage !== 'judge' || isJudged || kind === 'vex');
  if (stagesToWaitFor[kind].every(ended)) return { status: 'done', error: null };
  return { status: stages.length > 0 || isJudged ? 'processing' : 'accepted', error: null };
}
