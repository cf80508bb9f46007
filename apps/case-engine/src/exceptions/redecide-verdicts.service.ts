import type { AppliedException, Verdict } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { Case } from '../cases/case.js';
import { countByTool } from '../findings/count-by-tool.js';
import type { Judged } from '../findings/judgement.js';
import { ReadFindings } from '../findings/read-findings.service.js';
import { decideGate } from '../gate/decide-gate.js';
import { readGatePolicy } from '../gate/gate-policy.js';
import { limits } from '../limits.js';
import type { Exception } from './exception.js';
import { type NewestRun, type RedecidedRun, RejudgedRunsStore } from './rejudged-runs.store.js';

/**
 * Decides the verdicts of newest runs again, after exceptions changed what of their findings counts: by the policy that they
 * were judged by, against the same baseline. The answer that was given to a receipt stays the answer that was given.
 */
@Injectable()
export class RedecideVerdicts {
  constructor(
    private readonly runs: RejudgedRunsStore,
    private readonly readFindings: ReadFindings,
  ) {}

  /** @param cases as they stand after their findings were judged anew, which has been written */
  async execute(
    tx: Transaction,
    cases: readonly Case[],
    newest: ReadonlyMap<number, NewestRun>,
    inForce: readonly Exception[],
  ): Promise<void> {
    for (let from = 0; from < cases.length; from += limits.casesRedecidedAtOnce) {
      const some = cases.slice(from, from + limits.casesRedecidedAtOnce).filter(({ id }) => newest.has(id));
      const ids = some.map(({ id }) => id);
      const findings = Map.groupBy(await this.runs.standing(tx, ids), ({ caseId }) => caseId);
      const redecided = some.map((kase) =>
        this.redecide(tx, kase, newest.get(kase.id)!, findings.get(kase.id) ?? [], inForce),
      );
      await this.runs.save(tx, await Promise.all(redecided));
    }
  }

  private async redecide(
    tx: Transaction,
    { subject, status, counts }: Case,
    run: NewestRun,
    judged: readonly Judged[],
    inForce: readonly Exception[],
  ): Promise<RedecidedRun> {
    const { origin, policy, exclusionsRefused } = run;
    const decision = decideGate({
      policy: readGatePolicy(policy),
      subject,
      targetBranch: origin.targetBranch,
      judged,
      baseline: await this.keysOf(tx, run),
      exclusionsRefused,
    });
    const verdict: Verdict = { ...run.verdict, caseStatus: status, ...decision, counts };
    const applied = appliedOf(judged, [...inForce, ...run.own]);
    return { id: run.id, verdict, byTool: countByTool(judged, run.engines), applied };
  }

  private async keysOf(tx: Transaction, { baseline, verdict }: NewestRun): Promise<ReadonlySet<string> | null> {
    if (baseline === null || verdict.baseline === null) return null;
    const all = baseline.map((document) => this.readFindings.execute(tx.tenant, document));
    return new Set((await Promise.all(all)).flatMap((findings) => findings.map(({ key }) => key)));
  }
}

function appliedOf(judged: readonly Judged[], exceptions: readonly Exception[]): AppliedException[] {
  const used = new Set<Uuid | null>(judged.map(({ exceptionId }) => exceptionId));
  return exceptions
    .filter(({ id }) => used.has(id))
    .map(({ id, what, where, origin, expiresAt }) => ({
      id,
      what,
      where,
      origin,
      expiresAt: expiresAt?.toISOString() ?? null,
    }));
}
