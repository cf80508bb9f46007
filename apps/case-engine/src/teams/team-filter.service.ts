import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { ownedBy, type Repository, type Team } from './team.js';
import { TeamsStore } from './teams.store.js';

/** Narrows lists to the repositories of a team. */
@Injectable()
export class TeamFilter {
  constructor(private readonly teams: TeamsStore) {}

  async all(tx: Transaction): Promise<readonly Team[]> {
    return this.teams.all(tx);
  }

  /** The repositories of the team with this slug, none for a team that there is not; nothing where nobody asks for a team. */
  async repositoriesOf(
    tx: Transaction,
    slug: string | undefined,
  ): Promise<{ readonly repositories?: readonly Repository[] }> {
    if (slug === undefined || slug === '') return {};
    const teams = await this.teams.all(tx);
    const team = teams.find((each) => each.slug === slug);
    return { repositories: team === undefined ? [] : ownedBy(team, teams, await this.teams.repositories(tx)) };
  }
}
