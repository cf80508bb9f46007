import type { Uuid } from '@assay/kernel';
import type { FeedAge } from './rescan-peers.client.js';

export const rescanTriggers = ['schedule', 'request'] as const;

/**
 * Whether feeds were refreshed for a rescan: `waiting` for it, `done`, `none` where no source is configured; `failed` or `late`
 * where it went on with what there was.
 */
export interface FeedRefresh {
  readonly state: 'waiting' | 'done' | 'none' | 'failed' | 'late';
  /** Why it went on without; null otherwise. */
  readonly message: string | null;
}

/** Which runs: everything that is monitored unless narrowed to a repository or to one run. */
export interface RescanScope {
  readonly provider: string | null;
  readonly org: string | null;
  readonly repo: string | null;
  readonly runId: Uuid | null;
}

export const everything: RescanScope = { provider: null, org: null, repo: null, runId: null };

export function isEverything({ provider, org, repo, runId }: RescanScope): boolean {
  return provider === null && org === null && repo === null && runId === null;
}

/** A run in a rescan: `waiting` for its documents to be verified, `verified` and waiting to be matched, or ended. */
export const runRescanStates = ['waiting', 'verified', 'done', 'stopped', 'failed'] as const;
export type RunRescanState = (typeof runRescanStates)[number];

/** Why a run was stopped: which document is not what it was. */
export interface StopReason {
  /** As the signer or the scanner says it (`damaged-document`, `missing-attestation`, …). */
  readonly status: string;
  readonly message: string;
  readonly tool: string | null;
  readonly digest: string | null;
}

/** What a rescan found in one run. */
export interface RunRescanCounts {
  /** New and not excepted. */
  readonly newCount: number;
  readonly newExceptedCount: number;
  /** Known to be exploited since the last time, and not excepted. */
  readonly newKevCount: number;
  readonly presentCount: number;
  readonly presentKevCount: number;
  readonly exceptedCount: number;
}

export const noRescanCounts: RunRescanCounts = {
  newCount: 0,
  newExceptedCount: 0,
  newKevCount: 0,
  presentCount: 0,
  presentKevCount: 0,
  exceptedCount: 0,
};

/** What became of one run. Those put off are looked at once more in the same rescan. */
export type RunOutcome = { readonly runId: Uuid } & (
  | { readonly state: 'verified' | 'waiting' }
  | { readonly state: 'stopped' | 'failed'; readonly reason: StopReason }
  | { readonly state: 'done'; readonly counts: RunRescanCounts }
);

/** A rescan with its numbers of runs. */
export interface Rescan {
  readonly id: Uuid;
  readonly trigger: (typeof rescanTriggers)[number];
  readonly scope: RescanScope;
  /** Null where nobody wanted feeds to be refreshed first. */
  readonly refresh: FeedRefresh | null;
  /** Of what was matched with, when that began; null where the scanner could not say. */
  readonly feeds: readonly FeedAge[] | null;
  readonly startedBy: string;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly jobs: readonly Uuid[];
  readonly total: number;
  /** Verified so far, those that have ended included. */
  readonly verified: number;
  readonly done: number;
  readonly stopped: number;
  readonly failed: number;
  readonly newFindings: number;
  readonly newKev: number;
}

/** What a document was to its request, as PatchHound's alerts are named after it. */
export function roleOf(tool: string): string {
  return roles[tool] ?? 'report';
}

const roles: Readonly<Record<string, string>> = { sbom: 'sbom', trivy: 'trivy_report', semgrep: 'sast_report' };
