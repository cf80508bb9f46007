import type { ReadBenchmark, ReadScan } from '@assay/benchmarks';
import type { BenchmarkProfileType } from '@assay/contracts';
import { newId, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { EndCommands } from '../commands/end-commands.service.js';
import { type Host, hostRefOf } from '../hosts/host.js';
import { HostsStore } from '../hosts/hosts.store.js';
import { ProfilesStore } from './profiles.store.js';
import { RecordScan } from './record-scan.service.js';
import { placeholderFor, profileNameOf, StartedScans } from './started-scans.service.js';
import type { StartedScan } from './started-scans.store.js';
import type { Submission } from './submission.js';

/** A scan of a document that is to be recorded. */
interface Planned {
  readonly scan: ReadScan;
  readonly id: Uuid;
}

/** The same with what it goes with. */
interface Placed extends Planned {
  readonly profileName: string;
  readonly placeholder: StartedScan | null;
  /** The command that it answers. */
  readonly commandId: Uuid | null;
}

/** Records what a document says of a host's benchmarks. */
@Injectable()
export class RecordScans {
  constructor(
    private readonly hosts: HostsStore,
    private readonly profiles: ProfilesStore,
    private readonly started: StartedScans,
    private readonly commands: EndCommands,
    private readonly recordScan: RecordScan,
  ) {}

  /** Gives how many scans were recorded; those that are known already, or whose scanner is off, are none. */
  async execute(tx: Transaction, submission: Submission, document: ReadBenchmark, host: Host): Promise<number> {
    await this.recordScan.lock(tx, host.id);
    const fresh: Planned[] = [];
    for (const planned of plan(submission, document, host)) {
      if (!(await this.recordScan.isRepeat(tx, host.id, planned.scan, planned.id, submission))) fresh.push(planned);
    }
    const placed = await this.place(tx, host.id, submission, document.scanType, fresh);
    const profiles = await this.profiles.ensure(
      tx,
      placed.map(({ scan, profileName }) => ({
        name: profileName,
        type: scan.profileType,
        description: scan.profileTitle,
        osFamily: document.osInfo?.family ?? null,
      })),
    );
    const inOrder = placed
      .map((each) => ({ ...each, profile: profiles.get(each.profileName)! }))
      // In the same order everywhere: two documents that share profiles never wait for each other.
      .toSorted((one, other) => (one.profile.id < other.profile.id ? -1 : 1));
    for (const { scan, id, profile, placeholder, commandId } of inOrder) {
      await this.recordScan.execute(tx, { submission, scan, id, profile, commandId, host: hostRefOf(host) });
      if (placeholder !== null) await this.started.end(tx, placeholder);
    }
    await this.describe(tx, host.id, document);
    return inOrder.length;
  }

  /** Ends the command that these scans answer, and finds the placeholder of each; no placeholder ends twice. */
  private async place(
    tx: Transaction,
    hostId: Uuid,
    { form }: Submission,
    scanType: string | null,
    fresh: readonly Planned[],
  ): Promise<Placed[]> {
    // What people upload by hand is no agent's answer.
    if (form !== 'patchmon') return fresh.map(unasked);
    const running = await this.started.ofHost(tx, hostId);
    const free = [...running];
    const placed = fresh.map(({ scan, id }) => {
      const placeholder = placeholderFor(scan, scanType, free);
      if (placeholder !== null) free.splice(free.indexOf(placeholder), 1);
      const commandId = placeholder?.commandId ?? null;
      return { scan, id, profileName: profileNameOf(scan, placeholder), placeholder, commandId };
    });
    // Results of a scanner that nobody started are no answer to a command that another scanner still works on.
    const mayAnswer = running.length === 0 || free.length < running.length;
    const scans = fresh.map(({ scan, id }) => ({
      scanId: id,
      status: scan.status,
      error: scan.error,
      profileType: scan.profileType,
    }));
    const answered = mayAnswer ? await this.commands.onSubmission(tx, hostId, { scanType, scans }) : null;
    if (answered === null) return placed.map((each) => (wasBrokenOff(each.scan) ? unasked(each) : each));
    // The answer may come before the word that the command was sent, which makes the placeholder.
    const commanded = answered.profileId === null ? null : { profileName: answered.profileId };
    return placed.map((each) => {
      if (each.placeholder !== null) return each;
      return { ...each, profileName: profileNameOf(each.scan, commanded), commandId: answered.commandId };
    });
  }

  /** What agents tell of their host beside results. Commanded uploads renew the hash as timed ones do. */
  private async describe(
    tx: Transaction,
    hostId: Uuid,
    { complianceHash, osInfo, scannerInfo }: ReadBenchmark,
  ): Promise<void> {
    if (complianceHash !== null) await this.hosts.setComplianceHash(tx, hostId, complianceHash.own);
    if (osInfo !== null || scannerInfo !== null) {
      await this.hosts.describe(tx, hostId, osInfo, scannerInfo && wireFormOf(scannerInfo));
    }
  }
}

/**
 * The scans that are to be recorded. Where the gateway answered an agent with ids it has left out scans of scanners that are
 * off, and what it answered for stays; where it did not, it is decided here. What people upload by hand is always wanted.
 */
function plan({ scanIds, form }: Submission, document: ReadBenchmark, host: Host): Planned[] {
  return document.scans.flatMap((scan, index) => {
    const id = scanIds[index];
    const isIgnored = id === null || (id === undefined && form === 'patchmon' && !scannerIsOn(host, scan.profileType));
    return isIgnored ? [] : [{ scan, id: id ?? newId() }];
  });
}

/** Images have no switch of their own. */
function scannerIsOn(host: Host, type: BenchmarkProfileType): boolean {
  if (type === 'openscap') return host.openscap;
  return type !== 'docker-bench' || host.dockerBench;
}

/** A scan that answers nobody. */
function unasked({ scan, id }: Planned): Placed {
  return { scan, id, profileName: scan.profileName, placeholder: null, commandId: null };
}

/** A timed scan that the agent broke off for a commanded one: it is submitted too, while that one runs. */
function wasBrokenOff({ status, error }: ReadScan): boolean {
  return status === 'failed' && error !== null && /context canceled/i.test(error);
}

/** `scanner_info` in the names that agents and PatchMon's pages use. */
function wireFormOf(info: NonNullable<ReadBenchmark['scannerInfo']>): object {
  return {
    openscap_available: info.openscapAvailable,
    openscap_version: info.openscapVersion,
    docker_bench_available: info.dockerBenchAvailable,
    oscap_docker_available: info.oscapDockerAvailable,
    available_profiles: info.availableProfiles,
  };
}
