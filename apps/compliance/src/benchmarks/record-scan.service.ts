import type { ReadScan } from '@assay/benchmarks';
import type { HostRef } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { Profile } from './profiles.store.js';
import { ScansStore } from './scans.store.js';
import { SettleLatest } from './settle-latest.service.js';
import type { Submission } from './submission.js';
import { TellScans } from './tell-scans.service.js';
import { WaiversStore } from './waivers.store.js';
import { digestOf, WriteResults } from './write-results.service.js';

/** A scan of a submission, with all that it needs to be recorded. */
export interface ScanToRecord {
  readonly submission: Submission;
  readonly scan: ReadScan;
  /** The id that its reply gave. */
  readonly id: Uuid;
  readonly profile: Profile;
  readonly commandId: Uuid | null;
  readonly host: HostRef;
}

/** Records one scan: its results, what the dashboard shows of it, and its event, in one transaction. */
@Injectable()
export class RecordScan {
  constructor(
    private readonly scans: ScansStore,
    private readonly results: WriteResults,
    private readonly settle: SettleLatest,
    private readonly waivers: WaiversStore,
    private readonly tell: TellScans,
  ) {}

  /** Before anything of a host's benchmarks is read that will be written. */
  async lock(tx: Transaction, hostId: Uuid): Promise<void> {
    await this.waivers.lockForRecording(tx);
    await this.scans.lockHosts(tx, [hostId]);
  }

  async execute(tx: Transaction, { submission, scan, id, profile, commandId, host }: ScanToRecord): Promise<void> {
    const { hostId } = host;
    const acceptedAt = new Date(submission.acceptedAt);
    const startedAt = startOf(scan, submission);
    const completedAt = scan.completedAt === null ? acceptedAt : new Date(scan.completedAt);
    const contentDigest = await this.results.execute(tx, id, profile.id, scan);
    const { receiptId, form, document } = submission;
    const { status, counts, xccdfScore, claimed, error } = scan;
    // An agent sends 0 for a run that evaluated nothing, and so does a failed one: neither says anything of the host.
    const score = status === 'failed' ? null : scan.score;
    const found = { status, counts, score, xccdfScore, claimed, error };
    await this.scans.add(tx, {
      id,
      hostId,
      profileId: profile.id,
      commandId,
      receiptId,
      form,
      document,
      startedAt,
      completedAt,
      acceptedAt,
      contentDigest,
      ...found,
    });
    const { isLatest, effectiveScore } = await this.judge(tx, hostId, profile.id, id, status);
    const outcome = { isLatest, effectiveScore };
    await this.tell.execute(tx, {
      scanId: id,
      receiptId,
      commandId,
      host,
      profile,
      startedAt,
      completedAt,
      ...found,
      ...outcome,
    });
  }

  /** Failed scans are kept and change nothing of what the last good one said. */
  private async judge(
    tx: Transaction,
    hostId: Uuid,
    profileId: Uuid,
    scanId: Uuid,
    status: ReadScan['status'],
  ): Promise<{ isLatest: boolean; effectiveScore: number | null }> {
    if (status === 'failed') return { isLatest: false, effectiveScore: null };
    const latest = await this.settle.execute(tx, hostId, profileId);
    const isLatest = latest.is === scanId;
    if (!isLatest) await this.settle.score(tx, hostId, profileId, scanId);
    return { isLatest, effectiveScore: await this.scans.effectiveScore(tx, scanId) };
  }

  /**
   * True for a scan that is known already: the host, profile, start and everything that was found are the same. The id that
   * its reply gave is then another name of the one that is kept. One start with other content is another scan.
   */
  async isRepeat(tx: Transaction, hostId: Uuid, scan: ReadScan, id: Uuid, submission: Submission): Promise<boolean> {
    // A failed run has its profile from the command, which has ended when the same bytes come again.
    const profileName = scan.status === 'failed' ? null : scan.profileName;
    const known = await this.scans.ofStart(tx, hostId, profileName, startOf(scan, submission));
    if (known.length === 0) return false;
    const digest = await digestOf(scan);
    const same = known.find(({ contentDigest }) => contentDigest === digest);
    if (same === undefined) return false;
    if (same.id !== id) await this.scans.addRepeat(tx, id, same.id, submission.receiptId);
    return true;
  }
}

/** When it began; where the document does not say, when it ended or was accepted. */
function startOf({ startedAt, completedAt }: ReadScan, { acceptedAt }: Submission): Date {
  return new Date(startedAt ?? completedAt ?? acceptedAt);
}
