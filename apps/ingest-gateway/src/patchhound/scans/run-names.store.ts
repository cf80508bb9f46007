import type { RunContext } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import type { NamedRepository } from './repository-key.js';

/** A repository as the platform knows it. */
export interface StoredRepository {
  readonly key: string;
  readonly org: string;
  readonly repo: string;
  readonly sealedWebhook: string | null;
}

/** One scan of PatchHound, by the name of its directory there. */
export interface StoredRun {
  readonly name: string;
  readonly receiptId: Uuid;
  readonly context: RunContext;
}

const repositoryColumns = 'repo_key as key, org, repo, sealed_webhook as "sealedWebhook"';
const runColumns = 'name, receipt_id as "receiptId", context';

/** Which repository a key means, and which receipt a run's name means. */
export class RunNamesStore {
  /** The repository, from now on known; its row stays locked, so that runs of one repository are named one after the other. */
  async lockRepository(
    tx: Transaction,
    { key, org, repo }: NamedRepository,
    sealedWebhook: string | null,
  ): Promise<StoredRepository> {
    const rows = await tx.query<StoredRepository>(
      `insert into patchhound_repositories (tenant, repo_key, org, repo, sealed_webhook) values ($1, $2, $3, $4, $5)
       on conflict (tenant, repo_key) do update
         set sealed_webhook = coalesce(excluded.sealed_webhook, patchhound_repositories.sealed_webhook)
       returning ${repositoryColumns}`,
      [tx.tenant, key, org, repo, sealedWebhook],
    );
    return rows[0]!;
  }

  async findRepository(tx: Transaction, key: string): Promise<StoredRepository | null> {
    const rows = await tx.query<StoredRepository>(
      `select ${repositoryColumns} from patchhound_repositories where tenant = $1 and repo_key = $2`,
      [tx.tenant, key],
    );
    return rows[0] ?? null;
  }

  /** The run of the greatest name, which is the newest. */
  async newestRun(tx: Transaction, key: string): Promise<StoredRun | null> {
    const rows = await tx.query<StoredRun>(
      `select ${runColumns} from patchhound_runs where tenant = $1 and repo_key = $2 order by name desc limit 1`,
      [tx.tenant, key],
    );
    return rows[0] ?? null;
  }

  /** The newest run of which anything came: one whose documents could not be processed left no directory. */
  async newestScan(tx: Transaction, key: string): Promise<StoredRun | null> {
    const rows = await tx.query<StoredRun>(
      `select name, receipt_id as "receiptId", context from patchhound_runs join receipts on receipts.id = receipt_id
        where patchhound_runs.tenant = $1 and repo_key = $2 and (result is not null or status <> 'failed')
        order by name desc limit 1`,
      [tx.tenant, key],
    );
    return rows[0] ?? null;
  }

  async findRun(tx: Transaction, key: string, name: string): Promise<StoredRun | null> {
    const rows = await tx.query<StoredRun>(
      `select ${runColumns} from patchhound_runs where tenant = $1 and repo_key = $2 and name = $3`,
      [tx.tenant, key, name],
    );
    return rows[0] ?? null;
  }

  async addRun(tx: Transaction, key: string, { name, receiptId, context }: StoredRun): Promise<void> {
    await tx.query(
      'insert into patchhound_runs (tenant, repo_key, name, receipt_id, context) values ($1, $2, $3, $4, $5)',
      [tx.tenant, key, name, receiptId, JSON.stringify(context)],
    );
  }

  /** The newest runs, oldest of them first: at most `limit`. */
  async newestRuns(tx: Transaction, key: string, limit: number): Promise<StoredRun[]> {
    const rows = await tx.query<StoredRun>(
      `select ${runColumns} from patchhound_runs where tenant = $1 and repo_key = $2 order by name desc limit $3`,
      [tx.tenant, key, limit],
    );
    return rows.toReversed();
  }
}
