import type { BenchmarkProfileType } from '@assay/contracts';
import type { AgentCommand } from './agent-command.js';
import type { ScannedHost } from './scan-request.js';

/** Which scanners of a host are on. */
export type ScannerToggles = Pick<ScannedHost, 'openscap' | 'dockerBench'>;

/** One JSON object as agents read it (`wire/patchmon.md` §5.1). */
export type Frame = Readonly<Record<string, unknown>>;

/** What a scan's frame runs. */
export interface ScanFrame extends Frame {
  readonly openscap_enabled: boolean;
  readonly docker_bench_enabled: boolean;
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/**
 * The frame of a command, with the scanners that are on now: what was switched off while it waited stays off. Null for a
 * scan of which nothing is left.
 */
export function frameOf({ kind, options }: Pick<AgentCommand, 'kind' | 'options'>, host: ScannerToggles): Frame | null {
  switch (kind) {
    case 'scan':
      return scanFrame(options, host);
    case 'scan-image':
      return {
        type: 'docker_image_scan',
        image_name: text(options['image_name']) ?? '',
        container_name: text(options['container_name']) ?? '',
        scan_all_images: options['scan_all_images'] === true,
      };
    case 'cancel-scan':
      return { type: 'compliance_scan_cancel' };
    case 'install-scanner':
      return { type: 'install_scanner' };
    case 'upgrade-content':
      return { type: 'upgrade_ssg', ...(text(options['version']) !== null && { version: options['version'] }) };
    case 'remediate':
      return { type: 'remediate_rule', rule_id: options['rule_id'] };
    case 'configure':
      return options['frame'] as Frame;
    case 'cancel-install':
      return null;
  }
}

/** What of a scan's options runs on this host: its type says what was meant, the host what is on. */
export function scannersOf(
  options: AgentCommand['options'],
  host: ScannerToggles,
): { readonly openscap: boolean; readonly dockerBench: boolean } {
  const type = options['profile_type'];
  return { openscap: host.openscap && type !== 'docker-bench', dockerBench: host.dockerBench && type !== 'openscap' };
}

function scanFrame(options: AgentCommand['options'], host: ScannerToggles): ScanFrame | null {
  const { openscap, dockerBench } = scannersOf(options, host);
  if (!openscap && !dockerBench) return null;
  return {
    type: 'compliance_scan',
    profile_type: options['profile_type'],
    profile_id: text(options['profile_id']),
    enable_remediation: options['enable_remediation'] === true,
    fetch_remote_resources: options['fetch_remote_resources'] === true,
    openscap_enabled: openscap,
    docker_bench_enabled: dockerBench,
  };
}

/** Whose results answer a command: of each scanner that its frame has run. Agents run docker bench only where no profile is named. */
export function expectedTypes(
  { kind, options }: Pick<AgentCommand, 'kind' | 'options'>,
  host: ScannerToggles,
): BenchmarkProfileType[] {
  if (kind === 'scan-image') return ['oscap-docker'];
  if (kind !== 'scan') return [];
  const { openscap, dockerBench } = scannersOf(options, host);
  const profileId = text(options['profile_id']);
  const runsBench = dockerBench && (profileId === null || profileId === 'docker-bench');
  return [...(openscap ? (['openscap'] as const) : []), ...(runsBench ? (['docker-bench'] as const) : [])];
}
