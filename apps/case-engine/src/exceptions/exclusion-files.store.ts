import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { Exception } from './exception.js';
import type { Exclusion } from './exclusions-file.js';

/** Whose exclusion file; the provider is empty where nobody said one. */
export interface FileOf {
  readonly provider: string;
  readonly org: string;
  readonly repo: string;
}

/** The only SQL on `exclusion_files`: the files as they were stored, in their order. */
@Injectable()
export class ExclusionFilesStore {
  /** Null if none was ever stored. */
  async find(tx: Transaction, { provider, org, repo }: FileOf): Promise<readonly Exclusion[] | null> {
    const [row] = await tx.query<{ exclusions: readonly Exclusion[] }>(
      'select exclusions from exclusion_files where tenant = $1 and provider = $2 and org = $3 and repo = $4',
      [tx.tenant, provider, org, repo],
    );
    return row?.exclusions ?? null;
  }

  async save(tx: Transaction, { provider, org, repo }: FileOf, exclusions: readonly Exclusion[]): Promise<void> {
    await tx.query(
      `insert into exclusion_files (tenant, provider, org, repo, exclusions, stored_by, stored_at)
       values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (tenant, provider, org, repo) do update
         set exclusions = excluded.exclusions, stored_by = excluded.stored_by, stored_at = excluded.stored_at`,
      [tx.tenant, provider, org, repo, JSON.stringify(exclusions), tx.actor, tx.now],
    );
  }

  /** Takes the entry of an exception out of the file that it came from. */
  async remove(tx: Transaction, exception: Exception): Promise<void> {
    const { what, where, scopeNote, publicComment, privateComment } = exception;
    await tx.query(
      `update exclusion_files f
          set exclusions = coalesce((select jsonb_agg(e.entry order by e.place)
                from jsonb_array_elements(f.exclusions) with ordinality as e(entry, place)
               where (e.entry ->> 'id', e.entry ->> 'scope', e.entry ->> 'publicComment', e.entry ->> 'privateComment')
                     is distinct from ($5::text, $6::text, $7::text, $8::text)), '[]')
        where f.tenant = $1 and f.provider = $2 and f.org = $3 and f.repo = $4`,
      [
        tx.tenant,
        where.provider ?? '',
        where.org ?? '',
        where.repo ?? '',
        what.id,
        scopeNote,
        publicComment,
        privateComment,
      ],
    );
  }
}
