import type { Principal } from '@assay/identity';
import type { Uuid } from '@assay/kernel';
import { type Transaction, Transactions } from '@assay/persistence';
import { InternalHttp, LOGGER } from '@assay/service-host';
import type { Logger } from '@assay/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import { ReadRuns } from '../runs/read-runs.service.js';
import type { WholeRun } from '../runs/read-runs.store.js';
import { type ListedAttestation, type NewId, type RescanOfRun, type TrailEntry, trailOf } from './audit-trail.js';
import { type ListedNews, RunRescansStore } from '../rescans/run-rescans.store.js';
import { RunAlertsStore } from './run-alerts.store.js';

/** What happened to a run, and which service could not say its part. */
export interface AuditTrail {
  readonly entries: readonly TrailEntry[];
  readonly missing: readonly string[];
}

/** Who was told of runs, and what rescans came to. */
@Injectable()
export class AfterRuns {
  constructor(
    readonly alerts: RunAlertsStore,
    readonly rescans: RunRescansStore,
  ) {}
}

/** Puts together what happened to a run: what is written with it, who was told, and what the signer has signed. */
@Injectable()
export class ReadAuditTrail {
  constructor(
    private readonly transactions: Transactions,
    private readonly runs: ReadRuns,
    private readonly after: AfterRuns,
    private readonly http: InternalHttp,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** @throws AssayError `cases.no-such-run`, for another tenant's too */
  async execute(caller: Principal, id: Uuid): Promise<AuditTrail> {
    const run = await this.runs.find(caller, id);
    const [alerts, rescans, closed] = await this.transactions.run(caller.tenant, async (tx) => [
      await this.after.alerts.ofRun(tx, id),
      await this.rescansOf(tx, id),
      await closedAfter(tx, id),
    ]);
    const attestations = await this.attestations(caller, run);
    const entries = trailOf({ run, alerts, rescans, closed, attestations: attestations ?? [] });
    return { entries, missing: attestations === null ? ['signer'] : [] };
  }

  private async rescansOf(tx: Transaction, id: Uuid): Promise<RescanOfRun[]> {
    const ended = await this.after.rescans.ended(tx, id);
    const ids = ended.map(({ rescanId }) => rescanId);
    const news = Map.groupBy(await this.after.rescans.news(tx, id, ids), ({ rescanId }) => rescanId);
    return ended.map((each) => ({ ...each, vulnerabilities: (news.get(each.rescanId) ?? []).map(toNewId) }));
  }

  /** Null while the signer is away: the rest of the trail is no less true for that. */
  private async attestations(caller: Principal, { documents }: WholeRun): Promise<ListedAttestation[] | null> {
    const digests = new Set(documents.map(({ documentDigest }) => documentDigest));
    try {
      const lists = await Promise.all(
        [...digests].map((digest) =>
          this.http.json<{ readonly items: readonly ListedAttestation[] }>('signer', {
            method: 'GET',
            path: `/api/v1/attestations?digest=${digest}`,
            principal: caller,
          }),
        ),
      );
      return lists.flatMap(({ items }) => items);
    } catch (error) {
      this.log.warn({ err: error }, 'the signer could not say what it has attested');
      return null;
    }
  }
}

function toNewId({ detail, list, excepted }: ListedNews): NewId {
  return { id: detail.vulnerabilityId, list, excepted };
}

/** Why and when the case was closed that stands by this run; null where it is open or stands by another one. */
async function closedAfter(tx: Transaction, run: Uuid): Promise<{ readonly as: string; readonly at: Date } | null> {
  const [closed] = await tx.query<{ readonly as: string; readonly at: Date }>(
    `select c.closed_as as "as", coalesce(c.closed_at, c.judged_at) as at
       from runs r join cases c on c.id = r.case_id
      where r.id = $1 and c.newest_run = r.id and c.closed_as is not null`,
    [run],
  );
  return closed ?? null;
}
