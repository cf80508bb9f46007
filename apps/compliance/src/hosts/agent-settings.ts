import type { ComplianceMode } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { limits } from '../limits.js';
import type { Host } from './host.js';

/** A frame that tells an agent about its settings. A newer one about the same replaces one that waits. */
export interface SettingsFrame {
  readonly about: 'mode' | 'docker' | 'interval';
  readonly frame: Readonly<Record<string, unknown>>;
}

/** Hands frames to whoever brings commands to agents. Runs in the transaction of the change. */
export type TellAgent = (tx: Transaction, hostId: Uuid, frames: readonly SettingsFrame[]) => Promise<void>;

/** The way to agents, which the capability that commands them registers in its module's constructor. */
export class AgentSettings {
  private ways: TellAgent[] = [];

  register(tell: TellAgent): void {
    this.ways.push(tell);
  }

  async tell(tx: Transaction, hostId: Uuid, frames: readonly SettingsFrame[]): Promise<void> {
    if (frames.length === 0) return;
    for (const tell of this.ways) await tell(tx, hostId, frames);
  }
}

/** What of a host its agent has a copy of. */
export type Configured = Pick<
  Host,
  'complianceMode' | 'openscap' | 'dockerBench' | 'docker' | 'agentVersion' | 'apiId'
>;

/** How often an agent reports and, where it does so by itself, scans. */
export interface AgentIntervals {
  readonly updateMinutes: number;
  readonly scanMinutes: number | null;
}

/** The word of `apply_config` for a mode (`wire/patchmon.md` §5.1). */
const enabledWord: Readonly<Record<ComplianceMode, boolean | string>> = {
  disabled: false,
  'on-demand': 'on-demand',
  enabled: true,
};

/**
 * What an agent is told when its host's settings change (`wire/patchmon.md` §5.1). Agents of version 1 have a word for the
 * mode and one for integrations, and take the scanners with each scan; later ones take all at once. One whose version is
 * not known yet is a current one.
 */
export function settingsFrames(before: Configured, after: Configured): SettingsFrame[] {
  if (after.apiId === null) return [];
  const modeChanged = before.complianceMode !== after.complianceMode;
  const dockerChanged = wantsDocker(before) !== wantsDocker(after);
  if (!isFirstGeneration(after.agentVersion)) {
    const scannersChanged = before.openscap !== after.openscap || before.dockerBench !== after.dockerBench;
    return modeChanged || dockerChanged || scannersChanged ? [applyConfig(after)] : [];
  }
  const frames: SettingsFrame[] = [];
  if (modeChanged) frames.push({ about: 'mode', frame: { type: 'set_compliance_mode', mode: after.complianceMode } });
  if (dockerChanged) {
    const frame = { type: 'integration_toggle', integration: 'docker', enabled: wantsDocker(after) };
    frames.push({ about: 'docker', frame });
  }
  return frames;
}

/** What an agent is told when its intervals change; nothing if they did not. */
export function intervalFrames(host: Configured, before: AgentIntervals, after: AgentIntervals): SettingsFrame[] {
  const same = before.updateMinutes === after.updateMinutes && before.scanMinutes === after.scanMinutes;
  if (host.apiId === null || same) return [];
  // Who takes an interval away wants the agent's own back, which it has forgotten.
  const wanted = after.scanMinutes ?? (before.scanMinutes === null ? null : limits.agentScanIntervalMinutes);
  const scans = isFirstGeneration(host.agentVersion) ? null : wanted;
  return [
    {
      about: 'interval',
      frame: {
        type: 'settings_update',
        update_interval: after.updateMinutes,
        ...(scans !== null && { compliance_scan_interval: scans }),
      },
    },
  ];
}

/** Docker bench runs only where the agent's docker integration is on (`wire/patchmon.md` §2). */
export const wantsDocker = ({ docker, dockerBench }: Pick<Host, 'docker' | 'dockerBench'>): boolean =>
  docker || dockerBench;

function applyConfig(host: Configured): SettingsFrame {
  const compliance = {
    enabled: enabledWord[host.complianceMode],
    openscap_enabled: host.openscap,
    docker_bench_enabled: host.dockerBench,
  };
  return { about: 'mode', frame: { type: 'apply_config', config: { docker: wantsDocker(host), compliance } } };
}

const isFirstGeneration = (version: string | null): boolean => version !== null && /^v?[01]\./.test(version);
