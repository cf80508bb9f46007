import { caseChangedV1 } from '@assay/contracts';
import { mayActOnRepository, type Principal } from '@assay/identity';
import { type Transaction, Transactions } from '@assay/persistence';
import { type Page, pageOf } from '@assay/service-host';
import { Injectable } from '@nestjs/common';
import { notFound } from '../case-engine.errors.js';
import { type Team, teamOf } from '../teams/team.js';
import { TeamFilter } from '../teams/team-filter.service.js';
import type { ChangeCaseDto } from './cases.dto.js';
import {
  type CaseFilter,
  type CaseRecord,
  type FindingRecord,
  ReadCasesStore,
  type WeightsByKind,
} from './read-cases.store.js';

/** A case and the team that owns its repository. `weights` is there where it was asked for; null where nothing weighs. */
export type OwnedCase = CaseRecord & { readonly team: Team | null; readonly weights?: WeightsByKind | null };

/** Cases as callers may see them: their tenant's, and of these the repositories that their credential is for. */
@Injectable()
export class ReadCases {
  constructor(
    private readonly transactions: Transactions,
    private readonly store: ReadCasesStore,
    private readonly teams: TeamFilter,
  ) {}

  /** A page may be shorter than asked for where the credential is limited; only the cursor says whether there is more. */
  async list(
    caller: Principal,
    { team, ...given }: CaseFilter & { readonly team?: string },
    query: {
      readonly limit: number;
      readonly before: number | null;
      readonly count: boolean;
      readonly byKind: boolean;
    },
  ): Promise<Page<OwnedCase>> {
    return this.transactions.run(caller.tenant, async (tx) => {
      const filter = { ...given, ...(await this.teams.repositoriesOf(tx, team)) };
      const teams = await this.teams.all(tx);
      const rows = await this.store.list(tx, filter, query.limit + 1, query.before);
      const page = pageOf(rows, query.limit, ({ id }) => id);
      const visible = page.items.filter((each) => maySee(caller, each)).map((each) => owned(teams, each));
      const items = query.byKind ? await this.weighed(tx, visible) : visible;
      return { ...page, items, ...(query.count ? { total: await this.store.count(tx, filter) } : {}) };
    });
  }

  /** @throws AssayError `cases.no-such-case`, for another tenant's too */
  async find(caller: Principal, id: number): Promise<OwnedCase> {
    return this.transactions.run(caller.tenant, async (tx) => {
      const found = owned(await this.teams.all(tx), await this.visible(tx, caller, id));
      const [weighed = found] = await this.weighed(tx, [found]);
      return weighed;
    });
  }

  /** @throws AssayError `cases.no-such-case` */
  async findings(
    caller: Principal,
    id: number,
    query: { readonly limit: number; readonly after: readonly [number, string] | null },
  ): Promise<Page<FindingRecord>> {
    return this.transactions.run(caller.tenant, async (tx) => {
      await this.visible(tx, caller, id);
      const rows = await this.store.findings(tx, id, query.limit + 1, query.after);
      return pageOf(rows, query.limit, ({ severity_rank, key }) => [severity_rank, key]);
    });
  }

  /** Writes what people say of a case: owner, comment, how far they have come. @throws AssayError `cases.no-such-case` */
  async change(caller: Principal, id: number, change: ChangeCaseDto): Promise<OwnedCase> {
    const { tenant, actor } = caller;
    return this.transactions.run({ tenant, actor }, async (tx) => {
      await this.visible(tx, caller, id);
      const changed = await this.store.change(tx, id, change);
      if (changed === null) throw noSuchCase();
      const { subject, status, version, owner, state, comment, critical, high, medium, low, unknown } = changed;
      tx.publish(
        caseChangedV1,
        { caseId: id, subject, status, counts: { critical, high, medium, low, unknown }, owner, state, comment },
        { subject: String(id), version },
      );
      return owned(await this.teams.all(tx), changed);
    });
  }

  private async weighed(tx: Transaction, cases: readonly OwnedCase[]): Promise<OwnedCase[]> {
    const weights = await this.store.weights(
      tx,
      cases.map(({ id }) => id),
    );
    return cases.map((kase) => ({ ...kase, weights: weights.get(kase.id) ?? null }));
  }

  private async visible(tx: Transaction, caller: Principal, id: number): Promise<CaseRecord> {
    const found = await this.store.find(tx, id);
    if (found === null || !maySee(caller, found)) throw noSuchCase();
    return found;
  }
}

function owned(teams: readonly Team[], kase: CaseRecord): OwnedCase {
  return { ...kase, team: kase.repo === '' ? null : teamOf(teams, kase) };
}

/** A credential that is limited to repositories has nothing to do with cases that are of none. */
function maySee(caller: Principal, { subject, org, repo }: CaseRecord): boolean {
  if (caller.scope.repositories === null) return true;
  return 'repo' in subject && mayActOnRepository(caller, org, repo);
}

function noSuchCase(): Error {
  return notFound('cases.no-such-case', 'Case not found');
}
