import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { PlacedFinding } from '../scanning/component-findings.js';
import { diffFindings, type OpenFinding, setOf } from './diff-findings.js';
import type { RunOrder, ScannedSubject } from './scanned-subject.js';
import { type SubjectScan, SubjectFindingsStore } from './subject-findings.store.js';

/** What a scan changed of its subject. `version` is the subject's, for this tool. */
export interface RecordedChange {
  readonly version: number;
  readonly opened: number;
  readonly resolved: number;
}

/** Keeps what is true of a subject, and since when. */
@Injectable()
export class RecordFindings {
  constructor(private readonly store: SubjectFindingsStore) {}

  /** Records what a scan found of its subject; null if the scan is of an older run, which changes nothing. */
  async execute(
    tx: Transaction,
    subject: ScannedSubject,
    scan: Omit<SubjectScan, 'findingsSet'>,
    order: RunOrder,
    found: readonly PlacedFinding[],
  ): Promise<RecordedChange | null> {
    const findingsSet = setOf(found);
    const superseded = await this.store.supersede(tx, subject, { ...scan, findingsSet }, order);
    if (superseded === null) return null;
    const { version, previousSet } = superseded;
    if (previousSet === findingsSet) return { version, opened: 0, resolved: 0 };
    const open = previousSet === null ? [] : await this.store.openOf(tx, subject.id, scan.tool);
    return { version, ...(await this.#write(tx, subject.id, scan.tool, open, found)) };
  }

  /** Records what the subject's newest scan says since the advisories changed. The scan is locked (`lockScan`). */
  async restate(
    tx: Transaction,
    subjectId: Uuid,
    scan: SubjectScan,
    found: readonly PlacedFinding[],
  ): Promise<RecordedChange> {
    const version = await this.store.restate(tx, subjectId, scan);
    const open = await this.store.openOf(tx, subjectId, scan.tool);
    return { version, ...(await this.#write(tx, subjectId, scan.tool, open, found)) };
  }

  async #write(
    tx: Transaction,
    subjectId: Uuid,
    tool: string,
    open: readonly OpenFinding[],
    found: readonly PlacedFinding[],
  ): Promise<{ opened: number; resolved: number }> {
    const { opened, changed, ended, resolvedCount } = diffFindings(open, found);
    if (ended.length > 0) await this.store.end(tx, ended);
    const begun = [...opened, ...changed];
    if (begun.length > 0) await this.store.begin(tx, subjectId, tool, begun);
    return { opened: opened.length, resolved: resolvedCount };
  }
}
