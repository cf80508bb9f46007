import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { FindingsRef } from '../findings/read-findings.service.js';
import type { Judged } from '../findings/judgement.js';
import type { Run, RunDocument } from '../runs/run.js';
import { detailOf } from './run-news.js';

/** What was found in a document of a run when it was looked at last. */
export interface LookedAt extends FindingsRef {
  readonly scanId: Uuid;
}

/** Something new in a run. */
export interface News {
  readonly runId: Uuid;
  readonly list: 'new' | 'kev';
  readonly judged: Judged;
}

/** What was found in runs the last time, and what each look at them added. */
@Injectable()
export class RunNewsStore {
  /** By run; what is not there has not been looked at since it was recorded. */
  async lookedAt(tx: Transaction, runIds: readonly Uuid[]): Promise<ReadonlyMap<Uuid, readonly LookedAt[]>> {
    const rows = await tx.query<{ run_id: Uuid; documents: readonly LookedAt[] }>(
      'select run_id, documents from rescanned_runs where run_id = any($1::uuid[])',
      [runIds],
    );
    return new Map(rows.map((row) => [row.run_id, row.documents]));
  }

  async saveLookedAt(
    tx: Transaction,
    looked: readonly { readonly runId: Uuid; readonly documents: readonly LookedAt[] }[],
  ): Promise<void> {
    await tx.query(
      `insert into rescanned_runs (tenant, run_id, at, documents)
       select $1, n."runId", $2, n.documents from jsonb_to_recordset($3::jsonb) as n("runId" uuid, documents jsonb)
        order by n."runId"
       on conflict (tenant, run_id) do update set at = excluded.at, documents = excluded.documents`,
      [tx.tenant, tx.now, JSON.stringify(looked)],
    );
  }

  /**
   * Remembers what is known to have been found in a run, before its newest documents get other findings: the next rescan
   * says what has come since then, whichever way it came.
   */
  async remember(tx: Transaction, { id, documents }: Pick<Run, 'id' | 'documents'>): Promise<void> {
    await tx.query(
      `insert into rescanned_runs (tenant, run_id, at, documents) values ($1, $2, null, $3)
       on conflict (tenant, run_id) do nothing`,
      [tx.tenant, id, JSON.stringify(documents.map(lookedAtOf))],
    );
  }

  /** Writes down what is new, each finding of a run once for ever, and gives what was not known. */
  async add(tx: Transaction, rescanId: Uuid, news: readonly News[]): Promise<News[]> {
    if (news.length === 0) return [];
    const rows = await tx.query<{ run_id: Uuid; list: string; key: string }>(
      `insert into run_rescan_findings (tenant, run_id, list, key, rescan_id, found_at, excepted, detail)
       select $1, n.run_id, n.list, n.key, $2, $3, n.excepted, n.detail
         from jsonb_to_recordset($4::jsonb) as n(run_id uuid, list text, key text, excepted boolean, detail jsonb)
        order by n.run_id, n.list, n.key
       on conflict do nothing returning run_id, list, key`,
      [
        tx.tenant,
        rescanId,
        tx.now,
        JSON.stringify(
          news.map(({ runId, list, judged: { finding, state } }) => ({
            run_id: runId,
            list,
            key: finding.key,
            excepted: state === 'excluded',
            detail: detailOf(finding),
          })),
        ),
      ],
    );
    const added = new Set(rows.map(({ run_id, list, key }) => nameOf(run_id, list, key)));
    return news.filter(({ runId, list, judged }) => added.has(nameOf(runId, list, judged.finding.key)));
  }
}

export function lookedAtOf({ scanId, findingsDigest, findingsContent }: RunDocument): LookedAt {
  return { scanId, digest: findingsDigest, content: findingsContent };
}

function nameOf(runId: Uuid, list: string, key: string): string {
  return JSON.stringify([runId, list, key]);
}
