import type { AppliedException, Subject, ToolCounts } from '@assay/contracts';
import type { Digest, TenantSlug, Uuid } from '@assay/kernel';
import { type Exception, type Place, scopeKey, scopeKeysOf } from '../exceptions/exception.js';
import type { JudgedCounts } from '../findings/judgement.js';
import type { FindingsRef } from '../findings/read-findings.service.js';
import type { GateDecision } from '../gate/decide-gate.js';
import { type GatePolicy, nativePolicy, policyNamesOf, readGatePolicy } from '../gate/gate-policy.js';
import type { Run } from './run.js';

/** What judging a run came to, but for the names of run and case. */
export interface Outcome {
  readonly counts: JudgedCounts;
  readonly byTool: Readonly<Record<string, ToolCounts>>;
  readonly decision: GateDecision;
  /** The exceptions that excluded something. */
  readonly applied: readonly AppliedException[];
}

/** A run, and what it came to when it was judged last: null until then. */
export interface DocketedRun {
  readonly run: Run;
  /** Fingerprint of everything that the outcome follows from; null where it was not written down. */
  readonly verdictPrint: string | null;
  outcome: Outcome | null;
}

/** A run that a pull request is compared with. */
export interface BaselineRun {
  readonly id: Uuid;
  readonly commitSha: string | null;
  readonly findings: readonly FindingsRef[];
}

/** Why a run may be a baseline: it is known by its id, is the newest of a branch, or is of a branch at a commit. */
export type FoundBaseline = BaselineRun &
  (
    | { readonly how: 'id' }
    | { readonly how: 'newest'; readonly branchKey: string }
    | { readonly how: 'commit'; readonly branchKey: string; readonly sha: string }
  );

/** The policy of a tenant or of one of its repositories; that of the platform has another tenant. */
export interface DocketedPolicy {
  readonly tenant: TenantSlug;
  readonly repo: string;
  readonly policy: unknown;
}

/** What was read for a docket. */
export interface DocketContents {
  readonly tenant: TenantSlug;
  readonly runs: readonly DocketedRun[];
  readonly exceptions: readonly Exception[];
  readonly policies: readonly DocketedPolicy[];
  readonly baselines: readonly FoundBaseline[];
}

/**
 * Everything that judging some runs needs to know beside their findings, read in one go. It learns what is judged, so that
 * those who come later in a batch see what those before them left, as if each had been alone.
 */
export class Docket {
  private readonly byKey = new Map<string, DocketedRun>();
  private readonly byId = new Map<Uuid, DocketedRun>();
  private readonly exceptions: Map<string, readonly Exception[]>;
  private readonly policies: ReadonlyMap<string, DocketedPolicy>;
  private readonly policiesRead = new Map<string, GatePolicy>();
  private readonly baselines = new Map<string, BaselineRun>();

  constructor(private readonly contents: DocketContents) {
    for (const each of contents.runs) this.add(each);
    this.exceptions = Map.groupBy(contents.exceptions, ({ where }) => scopeKey(where));
    this.policies = new Map(
      contents.policies.map((each) => [
        nameOf(each.tenant === contents.tenant ? each.tenant : others, each.repo),
        each,
      ]),
    );
    for (const each of contents.baselines) {
      if (each.how === 'id') this.baselines.set(each.id, each);
      else this.baselines.set(branchName(each.branchKey, each.how === 'commit' ? each.sha : null), each);
    }
  }

  runOfKey(key: string): DocketedRun | null {
    return this.byKey.get(key) ?? null;
  }

  runOfId(id: Uuid | null): DocketedRun | null {
    return (id !== null && this.byId.get(id)) || null;
  }

  /** The exceptions that may cover something there, in an order that is always the same. */
  exceptionsFor(place: Place): Exception[] {
    return scopeKeysOf(place).flatMap((key) => this.exceptions.get(key) ?? []);
  }

  /** The most specific policy: the tenant's before the platform's. */
  policyFor(subject: Subject | null): GatePolicy {
    const names = policyNamesOf(subject);
    const own = names.map((name) => this.policies.get(nameOf(this.contents.tenant, name)));
    const found = own.find((each) => each !== undefined) ?? this.policies.get(nameOf(others, ''));
    if (found === undefined) return nativePolicy;
    const name = nameOf(found.tenant, found.repo);
    const read = this.policiesRead.get(name) ?? readGatePolicy(found.policy);
    this.policiesRead.set(name, read);
    return read;
  }

  /** What a pull request into this branch could be compared with. */
  baselinesFor(
    branchKey: string | null,
    baseSha: string | null,
    pinned: Uuid | null,
  ): { pinned: BaselineRun | null; named: BaselineRun | null; newest: BaselineRun | null } {
    const of = (name: string | null): BaselineRun | null => (name !== null && this.baselines.get(name)) || null;
    return {
      pinned: of(pinned),
      named: branchKey !== null && baseSha !== null ? of(branchName(branchKey, baseSha)) : null,
      newest: branchKey !== null ? of(branchName(branchKey, null)) : null,
    };
  }

  /** Learns of a run that will be judged; `newestOfBranch` if it is one that a branch stands by now. */
  learn(docketed: DocketedRun, branchKey: string | null, newestOfBranch: boolean): void {
    this.add(docketed);
    const { run } = docketed;
    const baseline = { id: run.id, commitSha: run.commitSha, findings: run.documents.map(findingsRefOf) };
    this.baselines.set(run.id, baseline);
    if (branchKey === null) return;
    if (run.commitSha !== null) this.baselines.set(branchName(branchKey, run.commitSha), baseline);
    if (newestOfBranch) this.baselines.set(branchName(branchKey, null), baseline);
  }

  private add(docketed: DocketedRun): void {
    this.byKey.set(docketed.run.key, docketed);
    this.byId.set(docketed.run.id, docketed);
  }
}

/** The claim check of a document's findings. */
export function findingsRefOf(document: {
  readonly findingsDigest: Digest;
  readonly findingsContent: Digest | null;
}): FindingsRef {
  return { digest: document.findingsDigest, content: document.findingsContent };
}

/** Of other tenants' policies only the platform's can be read. */
const others = '';

function nameOf(tenant: TenantSlug, repo: string): string {
  return JSON.stringify([tenant, repo]);
}

function branchName(branchKey: string, sha: string | null): string {
  return JSON.stringify([branchKey, sha]);
}
