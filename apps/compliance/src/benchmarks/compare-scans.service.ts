import { AssayError, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { HostVisibility } from '../hosts/host-visibility.js';
import { type DriftDto, toChangedRulesDto, toScanDto } from './benchmarks.dto.js';
import { type BenchmarksErrorCode, scanUnknown } from './benchmarks.errors.js';
import { ListScans, type ScanView } from './list-scans.read-model.js';
import { ScanChangesStore } from './scan-changes.store.js';

const kinds = ['newlyFailing', 'recovered', 'changed', 'appeared', 'vanished'] as const;

/** Holds a scan against another one, of whatever host and profile, or against the one before it. */
@Injectable()
export class CompareScans {
  constructor(
    private readonly scans: ListScans,
    private readonly changes: ScanChangesStore,
  ) {}

  /** @throws AssayError `benchmarks.unknown-scan`, `benchmarks.nothing-to-compare` */
  async execute(
    tx: Transaction,
    visibility: HostVisibility,
    id: Uuid,
    against: Uuid | null,
    limit: number,
  ): Promise<DriftDto> {
    const scan = await this.get(tx, visibility, id);
    const olderId = against ?? (await this.changes.before(tx, scan.id))?.id;
    if (olderId === undefined) throw nothingToCompare('No older scan of this host and profile is kept');
    const older = await this.get(tx, visibility, olderId);
    for (const { status } of [scan, older]) {
      if (status !== 'completed') throw nothingToCompare(`A scan that is ${status} has no results`);
    }
    const changed =
      scan.profileId === older.profileId
        ? await this.changes.within(tx, older.id, scan.id, kinds, limit)
        : await this.changes.across(tx, older.id, scan.id, kinds, limit);
    return {
      scan: toScanDto(scan),
      against: toScanDto(older),
      scoreDifference: difference(scan.score, older.score),
      effectiveScoreDifference: difference(scan.effectiveScore, older.effectiveScore),
      newlyFailing: toChangedRulesDto(changed, 'newlyFailing'),
      recovered: toChangedRulesDto(changed, 'recovered'),
      changed: toChangedRulesDto(changed, 'changed'),
      appeared: toChangedRulesDto(changed, 'appeared'),
      vanished: toChangedRulesDto(changed, 'vanished'),
    };
  }

  private async get(tx: Transaction, visibility: HostVisibility, id: Uuid): Promise<ScanView> {
    const scan = await this.scans.find(tx, visibility, id);
    if (scan === null) throw scanUnknown();
    return scan;
  }
}

function difference(is: number | null, was: number | null): number | null {
  return is === null || was === null ? null : Math.round((is - was) * 100) / 100;
}

function nothingToCompare(message: string): AssayError<BenchmarksErrorCode> {
  return new AssayError('not-found', 'benchmarks.nothing-to-compare', message);
}
