import { mayActOnRepository, type Principal } from '@assay/identity';
import { BulkJobs, type BulkJobView } from '@assay/jobs';
import { AssayError, type Uuid } from '@assay/kernel';
import { type Transaction, Transactions } from '@assay/persistence';
import { type Page, pageOf } from '@assay/service-host';
import { Injectable } from '@nestjs/common';
import { type CaseEngineErrorCode, notFound } from '../case-engine.errors.js';
import { limits } from '../limits.js';
import { ReadRuns } from '../runs/read-runs.service.js';
import type { Rescan, RescanScope } from './rescan.js';
import { RescansStore } from './rescans.store.js';
import { type ListedNews, type RunRescan, RunRescansStore } from './run-rescans.store.js';

/** A rescan with the jobs that share its work. */
export interface RescanView extends Omit<Rescan, 'jobs'> {
  /** `failed` where its jobs gave up before its last run. */
  readonly state: 'running' | 'done' | 'failed';
  readonly jobs: readonly BulkJobView[];
}

/** Rescans, as callers may see them: credentials that are limited to repositories see and begin those of theirs. */
@Injectable()
export class ReadRescans {
  constructor(
    private readonly transactions: Transactions,
    private readonly store: RescansStore,
    private readonly ofRuns: RunRescansStore,
    private readonly bulkJobs: BulkJobs,
    private readonly runs: ReadRuns,
  ) {}

  /** Newest first. */
  async list(caller: Principal, limit: number, before: Uuid | null): Promise<Page<RescanView>> {
    return this.transactions.run(caller.tenant, async (tx) => {
      const page = pageOf(await this.store.list(tx, limit + 1, before), limit, ({ id }) => id);
      const visible = page.items.filter(({ scope }) => isWithin(caller, scope));
      const items: RescanView[] = [];
      // Few go on at once; of those that have ended the jobs are shown by themselves.
      for (const each of visible) {
        items.push(each.endedAt === null ? await this.view(tx, each) : { ...each, jobs: [], state: 'done' });
      }
      return { ...page, items };
    });
  }

  /** @throws AssayError `cases.no-such-rescan`, for another tenant's too */
  async find(caller: Principal, id: Uuid): Promise<RescanView> {
    return this.transactions.run(caller.tenant, async (tx) => {
      const rescan = await this.store.find(tx, id);
      if (rescan === null || !isWithin(caller, rescan.scope)) {
        throw notFound('cases.no-such-rescan', 'There is no such rescan');
      }
      return this.view(tx, rescan);
    });
  }

  /** What rescans came to in one run, newest first. @throws AssayError `cases.no-such-run` */
  async ofRun(
    caller: Principal,
    runId: Uuid,
    limit: number,
    before: Uuid | null,
  ): Promise<Page<RunRescan & { readonly news: readonly ListedNews[] }>> {
    await this.runs.find(caller, runId);
    return this.transactions.run(caller.tenant, async (tx) => {
      const rows = await this.ofRuns.list(tx, runId, limit + 1, before);
      const page = pageOf(rows, limit, ({ rescanId }) => rescanId);
      const ids = page.items.map(({ rescanId }) => rescanId);
      const news = Map.groupBy(await this.ofRuns.news(tx, runId, ids), ({ rescanId }) => rescanId);
      return { ...page, items: page.items.map((each) => ({ ...each, news: news.get(each.rescanId) ?? [] })) };
    });
  }

  /**
   * What one rescan came to in one run, with all that a report would list of it.
   * @throws AssayError `cases.no-such-run`, `cases.no-such-rescan`, that has not ended for the run
   */
  async inRun(
    caller: Principal,
    runId: Uuid,
    rescanId: Uuid,
  ): Promise<RunRescan & { readonly news: readonly ListedNews[] }> {
    await this.runs.find(caller, runId);
    return this.transactions.run(caller.tenant, async (tx) => {
      const rescan = await this.ofRuns.find(tx, runId, rescanId);
      if (rescan === null) throw notFound('cases.no-such-rescan', 'There is no such rescan of this run');
      return { ...rescan, news: await this.ofRuns.news(tx, runId, [rescanId], limits.reportNews) };
    });
  }

  /**
   * The scope that somebody asked for, checked. A run takes the place of everything else.
   * @throws AssayError `cases.no-such-run`, `cases.out-of-scope`
   */
  async scopeFor(caller: Principal, asked: Partial<Record<keyof RescanScope, string>>): Promise<RescanScope> {
    const { runId = null } = asked;
    if (runId !== null) {
      const { origin } = await this.runs.find(caller, runId);
      return { provider: origin.provider, org: origin.org, repo: origin.repo, runId };
    }
    const scope = { provider: asked.provider ?? null, ...splitRepository(asked), runId: null };
    if (isWithin(caller, scope)) return scope;
    const code: CaseEngineErrorCode = 'cases.out-of-scope';
    throw new AssayError('forbidden', code, 'This credential may rescan its own repositories only');
  }

  private async view(tx: Transaction, rescan: Rescan): Promise<RescanView> {
    const jobs: BulkJobView[] = [];
    for (const id of rescan.jobs) {
      const job = await this.bulkJobs.find(tx, id);
      if (job !== null) jobs.push(job);
    }
    const isWorkedOn = jobs.some(({ state }) => state === 'queued' || state === 'running');
    return { ...rescan, jobs, state: rescan.endedAt !== null ? 'done' : isWorkedOn ? 'running' : 'failed' };
  }
}

/** `org/repo` in one field splits at the last slash, as everywhere. */
function splitRepository({
  org,
  repo,
}: {
  readonly org?: string;
  readonly repo?: string;
}): Pick<RescanScope, 'org' | 'repo'> {
  if (org !== undefined || repo === undefined) return { org: org ?? null, repo: repo ?? null };
  const slash = repo.lastIndexOf('/');
  return { org: slash < 0 ? '' : repo.slice(0, slash), repo: repo.slice(slash + 1) };
}

function isWithin(caller: Principal, { org, repo }: RescanScope): boolean {
  if (caller.scope.repositories === null) return true;
  return repo !== null && mayActOnRepository(caller, org ?? '', repo);
}
