import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { limits } from '../limits.js';
import type { Repository, Team } from './team.js';

const columns = `id, slug, name, repositories, channels, created_at as "createdAt", updated_at as "updatedAt"`;

/** Teams, and the repositories that there are for them to own. */
@Injectable()
export class TeamsStore {
  /** All teams of the tenant, by slug: there are no more than `limits.teams`. */
  async all(tx: Transaction): Promise<Team[]> {
    return tx.query<Team>(`select ${columns} from teams order by slug limit $1`, [limits.teams]);
  }

  /** By slug, those after `after`. */
  async list(tx: Transaction, limit: number, after: string): Promise<Team[]> {
    return tx.query<Team>(`select ${columns} from teams where slug > $1 order by slug limit $2`, [after, limit]);
  }

  async lock(tx: Transaction, id: Uuid): Promise<Team | null> {
    const [team] = await tx.query<Team>(`select ${columns} from teams where id = $1 for update`, [id]);
    return team ?? null;
  }

  /** False if another team has the slug. */
  async add(tx: Transaction, team: Team): Promise<boolean> {
    const rows = await tx.query(
      `insert into teams (tenant, id, slug, name, repositories, channels, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $7) on conflict (tenant, slug) do nothing returning 1`,
      [tx.tenant, team.id, team.slug, team.name, team.repositories, team.channels, tx.now],
    );
    return rows.length > 0;
  }

  /** False if another team has the slug. */
  async save(tx: Transaction, team: Team): Promise<boolean> {
    const rows = await tx.query(
      `update teams set slug = $2, name = $3, repositories = $4, channels = $5, updated_at = $6
        where id = $1 and not exists (select from teams o where o.slug = $2 and o.id <> $1) returning 1`,
      [team.id, team.slug, team.name, team.repositories, team.channels, tx.now],
    );
    return rows.length > 0;
  }

  async remove(tx: Transaction, id: Uuid): Promise<void> {
    await tx.query('delete from teams where id = $1', [id]);
  }

  /** Repositories that cases are of: the index is skipped through from one to the next, however many cases each has. */
  async repositories(tx: Transaction): Promise<Repository[]> {
    return tx.query<Repository>(
      `with recursive found as (
         (select org, repo from cases where tenant = $1 order by org, repo limit 1)
         union all
         select n.org, n.repo from found f cross join lateral
           (select c.org, c.repo from cases c where c.tenant = $1 and (c.org, c.repo) > (f.org, f.repo)
             order by c.org, c.repo limit 1) n
       )
       select org, repo from found where repo <> ''`,
      [tx.tenant],
    );
  }
}
