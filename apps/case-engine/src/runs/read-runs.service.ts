import type { Finding } from '@assay/contracts';
import { mayActOnRepository, type Principal } from '@assay/identity';
import { isUuid, type Uuid } from '@assay/kernel';
import { type Transaction, Transactions } from '@assay/persistence';
import { type Page, pageOf } from '@assay/service-host';
import { Injectable } from '@nestjs/common';
import { notFound } from '../case-engine.errors.js';
import { ReadCases } from '../cases/read-cases.service.js';
import { ReadFindings } from '../findings/read-findings.service.js';
import { unionOf } from '../findings/union.js';
import { diff, type RunDiff } from './diff.js';
import { type Team, teamOf } from '../teams/team.js';
import { TeamFilter } from '../teams/team-filter.service.js';
import { type ListedRun, ReadRunsStore, type RunFilter, type RunRecord, type WholeRun } from './read-runs.store.js';

/** Two runs of one case and what is different. */
export interface ComparedRuns extends RunDiff {
  readonly run: WholeRun;
  readonly against: WholeRun;
}

/** Runs, and the team that owns the repository of each. */
export type Owned<Run> = Run & { readonly team: Team | null };

/** The history, as callers may see it. */
@Injectable()
export class ReadRuns {
  constructor(
    private readonly transactions: Transactions,
    private readonly store: ReadRunsStore,
    private readonly cases: ReadCases,
    private readonly readFindings: ReadFindings,
    private readonly teams: TeamFilter,
  ) {}

  /** Newest first. A page may be shorter than asked for where the credential is limited. */
  async list(
    caller: Principal,
    { team, ...filter }: RunFilter & { readonly team?: string },
    limit: number,
    before: Uuid | null,
  ): Promise<Page<Owned<ListedRun>>> {
    if (filter.caseId !== undefined) await this.cases.find(caller, filter.caseId);
    return this.transactions.run(caller.tenant, async (tx) => {
      const narrowed = { ...filter, ...(await this.teams.repositoriesOf(tx, team)) };
      const page = pageOf(await this.store.list(tx, narrowed, limit + 1, before), limit, ({ id }) => id);
      const teams = await this.teams.all(tx);
      const items = page.items
        .filter((each) => maySee(caller, each))
        .map((run) => ({ ...run, team: ownerOf(teams, run) }));
      return { ...page, items };
    });
  }

  /** A run and the team that owns its repository. @throws AssayError `cases.no-such-run` */
  async findOwned(caller: Principal, id: Uuid): Promise<Owned<WholeRun>> {
    return this.transactions.run(caller.tenant, async (tx) => {
      const run = await this.visible(tx, caller, id);
      return { ...run, team: ownerOf(await this.teams.all(tx), run) };
    });
  }

  /** @throws AssayError `cases.no-such-run`, for another tenant's too */
  async find(caller: Principal, id: Uuid): Promise<WholeRun> {
    return this.transactions.run(caller.tenant, (tx) => this.visible(tx, caller, id));
  }

  /** A run with everything that was found in it. @throws AssayError `cases.no-such-run` */
  async report(caller: Principal, id: Uuid): Promise<{ run: WholeRun; findings: readonly Finding[] }> {
    const run = await this.find(caller, id);
    return { run, findings: await this.foundIn(caller, run) };
  }

  /**
   * A case's newest run against another one: a run's id, a commit of the case, or, without `against`, the run before.
   * @throws AssayError `cases.no-such-case`, `cases.no-such-run`
   */
  async compare(caller: Principal, caseId: number, against: string | null): Promise<ComparedRuns> {
    const { newest_run } = await this.cases.find(caller, caseId);
    const [run, other] = await this.transactions.run(caller.tenant, async (tx) => {
      if (newest_run === null) throw noSuchRun();
      const newest = await this.visible(tx, caller, newest_run);
      return [newest, await this.other(tx, caller, newest, against ?? newest.previous_run)];
    });
    const difference = diff(await this.foundIn(caller, other), await this.foundIn(caller, run));
    return { run, against: other, ...difference };
  }

  private async other(tx: Transaction, caller: Principal, run: WholeRun, against: string | null): Promise<WholeRun> {
    if (against !== null && isUuid(against)) return this.visible(tx, caller, against);
    const caseId = run.case_id!;
    const other =
      against === null ? await this.store.before(tx, caseId, run.id) : await this.store.ofCommit(tx, caseId, against);
    if (other === null) throw noSuchRun();
    return other;
  }

  private async visible(tx: Transaction, caller: Principal, id: Uuid): Promise<WholeRun> {
    const run = await this.store.find(tx, id);
    if (run === null || !maySee(caller, run)) throw noSuchRun();
    return run;
  }

  private async foundIn(caller: Principal, { documents }: WholeRun): Promise<readonly Finding[]> {
    const all = documents.map(({ findingsDigest }) => this.readFindings.execute(caller.tenant, findingsDigest));
    return unionOf(await Promise.all(all));
  }
}

function ownerOf(teams: readonly Team[], { origin: { org, repo } }: RunRecord): Team | null {
  return repo === null ? null : teamOf(teams, { org, repo });
}

/** A credential that is limited to repositories has nothing to do with runs that are of none. */
export function maySee(caller: Principal, { origin }: RunRecord): boolean {
  if (caller.scope.repositories === null) return true;
  return origin.repo !== null && mayActOnRepository(caller, origin.org, origin.repo);
}

function noSuchRun(): Error {
  return notFound('cases.no-such-run', 'There is no such run');
}
