import type { Uuid } from '@assay/kernel';
import { digestOf } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { KevCatalog, KevEntry } from '../advisories/kev-catalog.js';
import type { KevMark } from '../vulnerabilities/vulnerability.js';
import { type FeedRun, type ImportResult, noImport } from './feed.js';
import { JoinGroups } from './join-groups.service.js';
import { KevStore } from './kev.store.js';
import { TouchedStore } from './touched.store.js';

/** Imports the KEV catalogue: a mark on each group that has one of its CVEs. It has some thousand entries, so one transaction does. */
@Injectable()
export class ImportKev {
  constructor(
    private readonly transactions: Transactions,
    private readonly joinGroups: JoinGroups,
    private readonly kev: KevStore,
    private readonly touched: TouchedStore,
  ) {}

  async execute(run: FeedRun, catalog: KevCatalog): Promise<ImportResult> {
    return this.transactions.runAcrossTenants(async (tx) => {
      const groupOf = await this.joinGroups.execute(
        tx,
        catalog.entries.map(({ cveId }) => ({ id: cveId, aliases: [] })),
      );
      const marks = marksOf(catalog.entries, groupOf);
      const before = await this.kev.marks(tx);
      const changed = [...marks].filter(([group, mark]) => !isSame(before.get(group), mark));
      const removed = [...before.keys()].filter((group) => !marks.has(group));
      await this.kev.save(tx, [...changed, ...removed.map((group) => [group, null] as const)]);
      await this.touched.byGroups(tx, run.refreshId, [...changed.map(([group]) => group), ...removed]);
      const added = changed.filter(([group]) => !before.has(group)).length;
      const digest = digestOf(JSON.stringify(catalog.entries.toSorted((a, b) => (a.cveId < b.cveId ? -1 : 1))));
      const { version, released } = catalog;
      const details = { released };
      const counts = { ...noImport(), read: catalog.entries.length + catalog.refused, rejected: catalog.refused };
      const delta = { added, changed: changed.length - added, removed: removed.length };
      return { ...counts, ...delta, records: catalog.entries.length, rejections: [], version, digest, details };
    });
  }
}

/** One mark per group: of several CVEs of one flaw the one that was added first. */
function marksOf(entries: readonly KevEntry[], groupOf: ReadonlyMap<string, Uuid>): Map<Uuid, KevMark> {
  const marks = new Map<Uuid, KevMark>();
  for (const entry of entries.toSorted((a, b) => (a.mark.dateAdded < b.mark.dateAdded ? -1 : 1))) {
    const group = groupOf.get(entry.cveId)!;
    if (!marks.has(group)) marks.set(group, entry.mark);
  }
  return marks;
}

function isSame(a: KevMark | undefined, b: KevMark): boolean {
  const fields = Object.keys(b) as (keyof KevMark)[];
  return a !== undefined && fields.every((field) => a[field] === b[field]);
}
