import { runRescanFailedV1, runRescannedV1 } from '@assay/contracts';
import { asAssayError, type TenantSlug, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { placeOfRun } from '../exceptions/exception.js';
import type { Docket } from '../runs/docket.js';
import type { Run } from '../runs/run.js';
import { JudgeMonitored, type Monitored } from './judge-monitored.service.js';
import { type Look, LookAtRun, rematchedRun, type Unreadable } from './look-at-run.service.js';
import type { RunOutcome, RunRescanCounts, StopReason } from './rescan.js';
import { type Rematched, RescanPeers } from './rescan-peers.client.js';
import { worstOf } from './run-news.js';
import { lookedAtOf, type News, RunNewsStore } from './run-news.store.js';

/** A run that was looked at. */
interface Seen {
  readonly monitored: Monitored;
  readonly run: Run;
  readonly look: Look;
}

/**
 * Matches runs whose documents were verified with today's advisories, judges what comes of it by today's exceptions, and says
 * what is new since the last time: all in the slice's transaction, so that a slice that dies has not happened. Runs that
 * their case stands by change the case as well.
 */
@Injectable()
export class RescanRuns {
  constructor(
    private readonly peers: RescanPeers,
    private readonly judgeMonitored: JudgeMonitored,
    private readonly lookAtRun: LookAtRun,
    private readonly news: RunNewsStore,
  ) {}

  /** @throws AssayError `unavailable` while scanner or artifact store are away, and then nothing is said of any run */
  async execute(tx: Transaction, rescanId: Uuid, runIds: readonly Uuid[]): Promise<RunOutcome[]> {
    const before = await this.judgeMonitored.known(tx, runIds);
    const { rematched, failed } = await this.rematch(
      tx.tenant,
      before.map(({ run }) => run),
    );
    const lookedAt = await this.news.lookedAt(tx, runIds);
    const { all, docket } = await this.judgeMonitored.locked(tx, before);
    const outcomes: RunOutcome[] = runIds
      .filter((runId) => before.every(({ id }) => id !== runId))
      .map((runId) => failure(runId, 'gone', 'The run is not kept any more.'));
    const seen: Seen[] = [];
    for (const monitored of all) {
      const runId = monitored.run.id;
      const fault = failed.get(runId);
      if (fault !== undefined) {
        outcomes.push(failure(runId, 'not-matched', fault));
        continue;
      }
      if (monitored.changedMeanwhile) {
        outcomes.push({ runId, state: 'waiting' });
        continue;
      }
      const now = rematchedRun(monitored.run, rematched);
      const look = 'state' in now ? now : await this.look(tx, docket, monitored, now, lookedAt.get(runId));
      if ('state' in now || 'state' in look)
        outcomes.push({ runId, ...(('state' in look ? look : now) as Unreadable) });
      else seen.push({ monitored, run: now, look });
    }
    for (const monitored of all) {
      const outcome = outcomes.find(({ runId }) => runId === monitored.run.id);
      if (outcome !== undefined && 'reason' in outcome) publishFailure(tx, rescanId, monitored, outcome.reason);
    }
    if (seen.length > 0) outcomes.push(...(await this.record(tx, rescanId, seen, docket)));
    return outcomes;
  }

  /** All at once; if that fails, one by one, so that a document that nobody can deal with fails its own run alone. */
  private async rematch(
    tenant: TenantSlug,
    runs: readonly Run[],
  ): Promise<{ readonly rematched: ReadonlyMap<Uuid, Rematched>; readonly failed: ReadonlyMap<Uuid, string> }> {
    const scansOf = (some: readonly Run[]): Uuid[] => [
      ...new Set(some.flatMap(({ documents }) => documents.map(({ scanId }) => scanId))),
    ];
    const failed = new Map<Uuid, string>();
    try {
      return { rematched: await this.peers.rematch(tenant, scansOf(runs)), failed };
    } catch (error) {
      if (asAssayError(error).kind === 'unavailable') throw error;
    }
    const rematched = new Map<Uuid, Rematched>();
    for (const run of runs) {
      try {
        for (const [scanId, each] of await this.peers.rematch(tenant, scansOf([run]))) rematched.set(scanId, each);
      } catch (error) {
        const { kind, message } = asAssayError(error);
        if (kind === 'unavailable') throw error;
        failed.set(run.id, message);
      }
    }
    return { rematched, failed };
  }

  private async look(
    tx: Transaction,
    docket: Docket,
    { run: before, subject }: Monitored,
    now: Run,
    lookedAt: Parameters<LookAtRun['execute']>[1]['lookedAt'],
  ): Promise<Look | Unreadable> {
    const place = placeOfRun(subject, now.origin);
    const own = docket.policyFor(subject).ciExclusions === 'refuse' ? [] : (now.exclusions?.value ?? []);
    const rules = { exceptions: [...docket.exceptionsFor(place), ...own], place, at: tx.now };
    return this.lookAtRun.execute(tx.tenant, { before, now, lookedAt }, rules);
  }

  private async record(tx: Transaction, rescanId: Uuid, seen: readonly Seen[], docket: Docket): Promise<RunOutcome[]> {
    const found = seen.flatMap(({ run: { id: runId }, look: { fresh, freshKev } }): News[] => [
      ...fresh.map((judged) => ({ runId, list: 'new' as const, judged })),
      ...freshKev.map((judged) => ({ runId, list: 'kev' as const, judged })),
    ]);
    const added = Map.groupBy(await this.news.add(tx, rescanId, found), ({ runId }) => runId);
    await this.news.saveLookedAt(
      tx,
      seen.map(({ run: { id: runId, documents } }) => ({ runId, documents: documents.map(lookedAtOf) })),
    );
    await this.judgeMonitored.follow(
      tx,
      seen.map(({ monitored, run }) => ({ monitored, run })),
      docket,
    );
    return seen.map((each) => {
      const counts = publish(tx, each, added.get(each.run.id) ?? []);
      return { runId: each.run.id, state: 'done', counts };
    });
  }
}

function failure(runId: Uuid, status: string, message: string): RunOutcome {
  return { runId, state: 'failed', reason: { status, message, tool: null, digest: null } };
}

/** Says why a run could not be looked at: nobody else does. */
function publishFailure(tx: Transaction, rescanId: Uuid, { run, caseId, subject }: Monitored, why: StopReason): void {
  const { id: runId, commitSha } = run;
  const failedAt = tx.now.toISOString();
  tx.publish(
    runRescanFailedV1,
    { runId, rescanId, caseId, subject, commitSha, failedAt, status: why.status, reason: why.message },
    { subject: runId },
  );
}

/** Says what became of a run, and gives the numbers of it. */
function publish(tx: Transaction, { monitored, run, look }: Seen, added: readonly News[]): RunRescanCounts {
  const of = (list: News['list'], state: 'open' | 'excluded') =>
    added.filter((each) => each.list === list && each.judged.state === state).map(({ judged }) => judged.finding);
  const fresh = of('new', 'open');
  const freshKev = of('kev', 'open');
  const newExceptedCount = of('new', 'excluded').length;
  tx.publish(
    runRescannedV1,
    {
      runId: run.id,
      caseId: monitored.caseId,
      subject: monitored.subject,
      commitSha: run.commitSha,
      rescannedAt: tx.now.toISOString(),
      new: worstOf(fresh),
      newCount: fresh.length,
      newExceptedCount,
      newKev: worstOf(freshKev),
      newKevExceptedCount: of('kev', 'excluded').length,
      ...look.counts,
    },
    { subject: run.id },
  );
  return { newCount: fresh.length, newExceptedCount, newKevCount: freshKev.length, ...look.counts };
}
