import { createHash } from 'node:crypto';
import { ArtifactStore } from '@assay/artifacts';
import { platformTenant } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { type EpssBatch, readEpssScores } from '../advisories/epss-scores.js';
import { EpssStore, type WrittenScore } from './epss.store.js';
import { type ImportResult, noImport } from './feed.js';

/**
 * Imports EPSS scores, in one transaction: some hundred thousand short rows. They stand by themselves and are read through the
 * advisories, so nothing that was found is written anew; findings documents have the scores of the day they were made.
 */
@Injectable()
export class ImportEpss {
  constructor(
    private readonly transactions: Transactions,
    private readonly artifacts: ArtifactStore,
    private readonly epss: EpssStore,
  ) {}

  /** Throws what reading throws. */
  async execute(source: AsyncIterable<Uint8Array>): Promise<ImportResult> {
    return this.transactions.runAcrossTenants(async (tx) => {
      const hash = createHash('sha256');
      const delta: string[] = [];
      const seen = new Set<string>();
      let added = 0;
      const { model, date, refused } = await readEpssScores(source, async (batch) => {
        const distinct = withoutSeen(batch, seen);
        hash.update(linesOf(distinct).join(''));
        const written = await this.epss.save(tx, distinct);
        added += written.filter(({ isNew }) => isNew).length;
        delta.push(...changedLines(distinct, written));
      });
      const removed = (await this.epss.count(tx)) === seen.size ? 0 : await this.epss.keepOnly(tx, [...seen]);
      const counts = { ...noImport(), read: seen.size + refused, added, changed: delta.length - added, removed };
      const said = { rejected: refused, records: seen.size, rejections: [], version: date, details: { model } };
      const document = delta.length === 0 ? {} : { delta: await this.#store(delta) };
      return { ...counts, ...said, ...document, digest: `sha256:${hash.digest('hex')}` };
    });
  }

  /** The scores that are new or different, in the layout of the file they came in. */
  async #store(lines: readonly string[]): Promise<NonNullable<ImportResult['delta']>> {
    return this.artifacts.put(platformTenant, Buffer.from(`cve,epss,percentile\n${lines.join('')}`), 'text/csv');
  }
}

/** A CVE that stands there twice counts once: one statement cannot write one row twice. */
function withoutSeen(batch: EpssBatch, seen: Set<string>): EpssBatch {
  const kept = [...batch.cves.keys()].filter((at) => {
    const cve = batch.cves[at]!;
    return !seen.has(cve) && seen.add(cve);
  });
  if (kept.length === batch.cves.length) return batch;
  const of = <T>(column: readonly T[]): T[] => kept.map((at) => column[at]!);
  return { cves: of(batch.cves), scores: of(batch.scores), percentiles: of(batch.percentiles) };
}

function linesOf({ cves, scores, percentiles }: EpssBatch): string[] {
  return cves.map((cve, at) => `${cve},${scores[at]},${percentiles[at]}\n`);
}

function changedLines(batch: EpssBatch, written: readonly WrittenScore[]): string[] {
  if (written.length === 0) return [];
  const changed = new Set(written.map(({ cve }) => cve));
  return linesOf(batch).filter((_, at) => changed.has(batch.cves[at]!));
}
