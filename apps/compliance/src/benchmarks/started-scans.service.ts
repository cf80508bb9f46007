import type { BenchmarkProfileType, HostRef } from '@assay/contracts';
import { noRules } from '@assay/benchmarks';
import type { TenantSlug, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { ProfilesStore } from './profiles.store.js';
import { type StartedScan, StartedScansStore } from './started-scans.store.js';
import { TellScans } from './tell-scans.service.js';

/** What an agent was told to run. */
export interface ScanToStart {
  readonly hostId: Uuid;
  readonly type: BenchmarkProfileType;
  readonly commandId: Uuid;
  /** The profile that was asked for; without one it is what the agent runs by itself. */
  readonly profileName: string | null;
}

/** What agents run, and call it, where nobody names a profile (`wire/patchmon.md` §5.1, §7.2). */
const defaultNames: Readonly<Record<BenchmarkProfileType, string>> = {
  openscap: 'level1_server',
  'docker-bench': 'Docker Bench for Security',
  'oscap-docker': 'Docker Image CVE Scan',
};

/** What the agent calls a failed OpenSCAP run, whatever was asked for (`wire/patchmon.md` §7.1). */
const failedName = defaultNames.openscap;

/**
 * Placeholders of scans that were commanded: shown as running until their results come, until the command ends without
 * any, or for three hours. A submission ends only one of its own type.
 */
@Injectable()
export class StartedScans {
  constructor(
    private readonly store: StartedScansStore,
    private readonly profiles: ProfilesStore,
    private readonly tell: TellScans,
  ) {}

  /**
   * Adds a placeholder in the transaction that sends the command, and gives its id. Once per command and profile. An agent
   * does one thing at a time: what an earlier command waited for from the same scanner will not come any more.
   */
  async start(tx: Transaction, { hostId, type, commandId, profileName }: ScanToStart): Promise<Uuid> {
    const left = (await this.store.ofHost(tx, hostId)).filter(
      (scan) => scan.profileType === type && scan.commandId !== commandId,
    );
    if (left.length > 0)
      await this.store.remove(
        tx,
        left.map(({ id }) => id),
      );
    const name = profileName ?? defaultNames[type];
    const profiles = await this.profiles.ensure(tx, [{ name, type, description: null, osFamily: null }]);
    return this.store.add(tx, hostId, profiles.get(name)!.id, commandId);
  }

  /** The command ended without results and without failing: its placeholders go. Gives their ids. */
  async discard(tx: Transaction, commandId: Uuid): Promise<Uuid[]> {
    const ids = (await this.store.ofCommand(tx, commandId)).map(({ id }) => id);
    if (ids.length > 0) await this.store.remove(tx, ids);
    return ids;
  }

  /** The command failed: its placeholders become failed scans, and `benchmark.completed` says so. Gives their ids. */
  async fail(tx: Transaction, host: HostRef, commandId: Uuid, error: string): Promise<Uuid[]> {
    const started = await this.store.ofCommand(tx, commandId);
    await this.failAll(
      tx,
      started.map((scan) => ({ scan, host, tenant: tx.tenant })),
      error,
    );
    return started.map(({ id }) => id);
  }

  /** The same for placeholders of any hosts and tenants, each with its host. They are locked. */
  async failAll(
    tx: Transaction,
    started: readonly { readonly scan: StartedScan; readonly host: HostRef; readonly tenant: TenantSlug }[],
    error: string,
  ): Promise<void> {
    if (started.length === 0) return;
    await this.store.fail(
      tx,
      started.map(({ scan }) => scan.id),
      error,
    );
    for (const { scan, host, tenant } of started) {
      const profile = { id: scan.profileId, name: scan.profileName, type: scan.profileType };
      const none = { score: null, effectiveScore: null, xccdfScore: null, claimed: null, receiptId: null };
      const { id: scanId, commandId, startedAt } = scan;
      const ended = { status: 'failed', error, isLatest: false, completedAt: tx.now } as const;
      const recorded = { scanId, commandId, startedAt, host, profile, counts: noRules(), ...none, ...ended };
      await this.tell.execute(tx, recorded, tenant);
    }
  }

  /** Placeholders of a host whose scans still run, the oldest first. */
  async ofHost(tx: Transaction, hostId: Uuid): Promise<StartedScan[]> {
    return this.store.ofHost(tx, hostId);
  }

  /** The results have come. */
  async end(tx: Transaction, { id }: StartedScan): Promise<void> {
    await this.store.remove(tx, [id]);
  }
}

/** What a submitted scan is, as far as it decides which placeholder it ends. */
export interface SubmittedScan {
  readonly profileName: string;
  readonly profileType: BenchmarkProfileType;
  readonly status: 'completed' | 'failed';
}

/**
 * Which of a host's placeholders a submitted scan ends: one of its type, best of its profile, else the oldest. A timed run
 * ends none: the agent breaks it off for a commanded one, and submits it as failed while the other runs.
 */
export function placeholderFor(
  scan: SubmittedScan,
  scanType: string | null,
  running: readonly StartedScan[],
): StartedScan | null {
  if (scanType === 'scheduled') return null;
  const ofType = running.filter(({ profileType }) => profileType === scan.profileType);
  return ofType.find(({ profileName }) => profileName === scan.profileName) ?? ofType[0] ?? null;
}

/** The profile that a scan belongs to: a failed run's is the one that was commanded, if one was. */
export function profileNameOf(scan: SubmittedScan, commanded: { readonly profileName: string } | null): string {
  const untold = scan.status === 'failed' && scan.profileName === failedName;
  return untold && commanded !== null ? commanded.profileName : scan.profileName;
}
