import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { PlacedFinding } from '../scanning/component-findings.js';
import { diffFindings } from './diff-findings.js';
import { inRounds } from './in-rounds.js';
import type { RunOrder, ScannedSubject } from './scanned-subject.js';
import { openKey, type SubjectScan, SubjectFindingsStore } from './subject-findings.store.js';

/** What a scan found of its subject. */
export interface Look {
  readonly subject: ScannedSubject;
  readonly scan: SubjectScan;
  readonly order: RunOrder;
  /** See `runKeyOf`. */
  readonly runKey: string;
  readonly found: readonly PlacedFinding[];
}

/** What a look changed of its subject. `version` is the subject's, for this slot. */
export interface RecordedChange {
  readonly version: number;
  readonly opened: number;
  readonly resolved: number;
}

/** What is true of a subject now, and what was before. */
interface Truth {
  readonly subjectId: Uuid;
  readonly slot: string;
  readonly previousSet: string | null;
  readonly look: Look;
}

/** Keeps what is true of subjects, and since when. */
@Injectable()
export class RecordFindings {
  constructor(private readonly store: SubjectFindingsStore) {}

  /** Records what scans found of their subjects. Scans of older runs than one that was seen change nothing. */
  async execute(tx: Transaction, looks: readonly Look[]): Promise<void> {
    const truths = new Map<string, Truth>();
    const keyOf = ({ subject, scan }: Look): string => openKey({ subjectId: subject.id, slot: scan.slot });
    for (const round of inRounds(looks, keyOf)) {
      const byKey = new Map(round.map((look) => [keyOf(look), look]));
      for (const { subjectId, slot, previousSet } of await this.store.supersede(tx, round)) {
        const key = openKey({ subjectId, slot });
        // Of several looks in one transaction nobody ever sees the earlier ones.
        const earlier = truths.get(key);
        const before = earlier === undefined ? previousSet : earlier.previousSet;
        truths.set(key, { subjectId, slot, previousSet: before, look: byKey.get(key)! });
      }
    }
    await this.#write(
      tx,
      [...truths.values()].filter(({ previousSet, look }) => previousSet !== look.scan.findingsSet),
    );
  }

  /** Records what the subject's newest scan says since the advisories changed. The scan is locked (`lockScan`). */
  async restate(
    tx: Transaction,
    subjectId: Uuid,
    scan: SubjectScan,
    found: readonly PlacedFinding[],
  ): Promise<RecordedChange> {
    const version = await this.store.restate(tx, subjectId, scan);
    const { slot } = scan;
    const open = (await this.store.openOf(tx, [{ subjectId, slot }])).get(openKey({ subjectId, slot })) ?? [];
    const { opened, changed, ended, resolvedCount } = diffFindings(open, found);
    if (ended.length > 0) await this.store.end(tx, ended);
    const begun = [...opened, ...changed].map((placed) => ({ subjectId, slot, placed }));
    if (begun.length > 0) await this.store.begin(tx, begun);
    return { version, opened: opened.length, resolved: resolvedCount };
  }

  async #write(tx: Transaction, truths: readonly Truth[]): Promise<void> {
    const known = truths.filter(({ previousSet }) => previousSet !== null);
    const open = known.length === 0 ? new Map<string, never>() : await this.store.openOf(tx, known);
    const diffs = truths.map((truth) => ({ truth, ...diffFindings(open.get(openKey(truth)) ?? [], truth.look.found) }));
    const ended = diffs.flatMap((diff) => diff.ended);
    if (ended.length > 0) await this.store.end(tx, ended);
    const begun = diffs.flatMap(({ truth: { subjectId, slot }, opened, changed }) =>
      [...opened, ...changed].map((placed) => ({ subjectId, slot, placed })),
    );
    if (begun.length > 0) await this.store.begin(tx, begun);
  }
}
