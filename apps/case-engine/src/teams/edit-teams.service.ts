import { teamChangedV1 } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { newId, type Uuid } from '@assay/kernel';
import { type Transaction, Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { conflict, notFound, wrongRequest } from '../case-engine.errors.js';
import { limits } from '../limits.js';
import { slugOf, type Team } from './team.js';
import { TeamsStore } from './teams.store.js';

export interface TeamChanges {
  readonly name?: string;
  readonly slug?: string;
  readonly repositories?: readonly string[];
  readonly channels?: readonly Uuid[];
}

/** Makes, changes and removes teams, and says so. Who owns a repository follows from the teams as they are. */
@Injectable()
export class EditTeams {
  constructor(
    private readonly transactions: Transactions,
    private readonly teams: TeamsStore,
  ) {}

  /** @throws AssayError `cases.slug-taken`, `cases.too-many-teams`, `cases.wrong-request` */
  async create(caller: Principal, wanted: TeamChanges & { readonly name: string }): Promise<Team> {
    const slug = wanted.slug ?? slugOf(wanted.name);
    if (slug === null) throw wrongRequest([{ field: 'slug', message: 'cannot be made from this name; say one' }]);
    return this.inTransaction(caller, async (tx) => {
      if ((await this.teams.all(tx)).length >= limits.teams) {
        throw conflict('cases.too-many-teams', `A tenant has ${limits.teams} teams at most.`);
      }
      const { name, repositories = [], channels = [] } = wanted;
      const team = { id: newId(), slug, name, repositories, channels, createdAt: tx.now, updatedAt: tx.now };
      if (!(await this.teams.add(tx, team))) throw slugTaken();
      return say(tx, team, 'created');
    });
  }

  /** Changes the given fields. @throws AssayError `cases.no-such-team`, `cases.slug-taken` */
  async update(caller: Principal, id: Uuid, changes: TeamChanges): Promise<Team> {
    return this.inTransaction(caller, async (tx) => {
      const before = await this.found(tx, id);
      const { name = before.name, slug = before.slug } = changes;
      const { repositories = before.repositories, channels = before.channels } = changes;
      const team = { ...before, name, slug, repositories, channels, updatedAt: tx.now };
      if (!(await this.teams.save(tx, team))) throw slugTaken();
      return say(tx, team, 'updated');
    });
  }

  /** @throws AssayError `cases.no-such-team` */
  async remove(caller: Principal, id: Uuid): Promise<void> {
    await this.inTransaction(caller, async (tx) => {
      const team = await this.found(tx, id);
      await this.teams.remove(tx, id);
      say(tx, team, 'removed');
    });
  }

  private async found(tx: Transaction, id: Uuid): Promise<Team> {
    const team = await this.teams.lock(tx, id);
    if (team === null) throw notFound('cases.no-such-team', 'There is no such team');
    return team;
  }

  private inTransaction<Result>(
    { tenant, actor }: Principal,
    work: (tx: Transaction) => Promise<Result>,
  ): Promise<Result> {
    return this.transactions.run({ tenant, actor }, work);
  }
}

function say(tx: Transaction, team: Team, change: 'created' | 'updated' | 'removed'): Team {
  const { id, name, slug, repositories, channels } = team;
  const said = { teamId: id, change, name, slug, repositories: [...repositories], channels: [...channels] };
  tx.publish(teamChangedV1, said, { subject: id });
  return team;
}

function slugTaken(): Error {
  return conflict('cases.slug-taken', 'Another team has this slug.');
}
