import type { ArtifactRef, EngineRun } from '@assay/contracts';
import { AssayError, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { EarlierScansStore, type RecordedEarlierScan } from './earlier-scans.store.js';
import { problemOf, ReadAgain, type ReadingProblem } from './read-again.service.js';

/** What a scan finds with the advisories of now, or why nobody can say. */
export type RematchedScan =
  | { readonly scanId: Uuid; readonly problem: ReadingProblem }
  | {
      readonly scanId: Uuid;
      readonly tool: string;
      readonly target: string;
      readonly findings: ArtifactRef;
      readonly findingsContent: string;
      readonly engines: EngineRun[];
      readonly components: number;
      readonly changed: boolean;
    };

/** Matches documents of before anew, bytes and all: what is stored must still be what was sent. Changes nothing. */
@Injectable()
export class RematchScans {
  constructor(
    private readonly scans: EarlierScansStore,
    private readonly readAgain: ReadAgain,
  ) {}

  /** In the order of `ids`. One after the other: whoever asks for fifty has time, and other documents are being read. */
  async execute(tx: Transaction, ids: readonly Uuid[]): Promise<RematchedScan[]> {
    const known = await this.scans.find(tx, ids);
    const rematched: RematchedScan[] = [];
    for (const scanId of ids) {
      const scan = known.get(scanId);
      rematched.push(scan === undefined ? { scanId, problem: 'missing' } : await this.#rematch(tx, scan));
    }
    return rematched;
  }

  async #rematch(tx: Transaction, scan: RecordedEarlierScan): Promise<RematchedScan> {
    const { id: scanId, tool, target } = scan;
    try {
      const { findings, findingsContent, outcome } = await this.readAgain.verified(tx, scan);
      const { engine, components } = outcome;
      const changed = findingsContent !== scan.findingsContent;
      return { scanId, tool, target, findings, findingsContent, engines: [engine], components, changed };
    } catch (error) {
      const problem = error instanceof AssayError ? problemOf(error) : null;
      if (problem === null) throw error;
      return { scanId, problem };
    }
  }
}
