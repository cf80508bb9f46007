import type { TenantSlug, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { ReadFindings } from '../findings/read-findings.service.js';
import { followersOf, previousOf } from '../runs/previous-run.js';
import { type PlacedRun, type RunChange, RunChangesStore } from './run-changes.store.js';

/**
 * Says of recorded runs what is new in them and what is fixed since the run before, by the order of their subject: a run
 * that came late is compared with the one it follows, and the one that follows it anew. It is about what was found;
 * what is excepted is neither new nor fixed for that.
 */
@Injectable()
export class CompareRuns {
  constructor(
    private readonly store: RunChangesStore,
    private readonly readFindings: ReadFindings,
  ) {}

  async execute(tx: Transaction, recorded: readonly Uuid[]): Promise<void> {
    const ids = new Set(recorded);
    const neighbours = Map.groupBy(await this.store.neighbours(tx, [...ids]), ({ caseId }) => caseId);
    const changes = new Map<Uuid, RunChange>();
    for (const runs of neighbours.values()) {
      for (const run of runs.filter(({ id }) => ids.has(id))) {
        for (const each of [run, ...followersOf(run, runs)]) {
          if (!changes.has(each.id)) changes.set(each.id, await this.compare(tx.tenant, each, runs));
        }
      }
    }
    for (const { id, findings } of await this.store.alone(tx, [...ids])) {
      changes.set(id, { runId: id, previousRun: null, opened: findings, fixed: 0 });
    }
    await this.store.save(tx, [...changes.values()]);
  }

  private async compare(tenant: TenantSlug, run: PlacedRun, runs: readonly PlacedRun[]): Promise<RunChange> {
    const previous = previousOf(run, runs);
    if (previous !== null && foundTheSame(previous, run)) {
      return { runId: run.id, previousRun: previous.id, opened: 0, fixed: 0 };
    }
    const [before, after] = [await this.keysOf(tenant, previous), await this.keysOf(tenant, run)];
    return {
      runId: run.id,
      previousRun: previous?.id ?? null,
      opened: [...after].filter((key) => !before.has(key)).length,
      fixed: [...before].filter((key) => !after.has(key)).length,
    };
  }

  private async keysOf(tenant: TenantSlug, run: PlacedRun | null): Promise<ReadonlySet<string>> {
    const documents = (run?.findings ?? []).map((ref) => this.readFindings.execute(tenant, ref));
    return new Set((await Promise.all(documents)).flatMap((findings) => findings.map(({ key }) => key)));
  }
}

/** Most runs find what the one before them found; then nothing needs to be read. */
function foundTheSame(one: PlacedRun, other: PlacedRun): boolean {
  const [before, after] = [one, other].map(({ findings }) => findings.map(({ content }) => content).toSorted());
  return !before!.includes(null) && JSON.stringify(before) === JSON.stringify(after);
}
