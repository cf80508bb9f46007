import type { Host } from './host.js';
import { wantsDocker } from './agent-settings.js';

/** What an agent is told of its integrations. `compliance: false` switches it off, so it is said of disabled hosts alone. */
export function integrationsOf(host: Host): { readonly docker: boolean; readonly compliance: boolean } {
  return { docker: wantsDocker(host), compliance: host.complianceMode !== 'disabled' };
}

/** The answer to `GET /hosts/integrations` (`wire/patchmon.md` §2, row 2). */
export function integrationsAnswer(host: Host): object {
  return {
    success: true,
    integrations: integrationsOf(host),
    compliance_mode: host.complianceMode,
    compliance_openscap_enabled: host.openscap,
    compliance_docker_bench_enabled: host.dockerBench,
  };
}

/** What a ping brings along, as much of it as we use (`wire/patchmon.md` §2). An agent's first one is empty. */
export interface Ping {
  readonly isStartup: boolean;
  readonly agentVersion: string | null;
  readonly complianceHash: string | null;
}

/** Reads a ping, whatever is in it: what makes no sense is as good as missing. */
export function readPing(body: unknown): Ping {
  const said = recordOf(body);
  const hash = recordOf(said['hashes'])['complianceHash'];
  return {
    isStartup: Object.keys(said).length === 0,
    agentVersion: shortText(said['agentVersion']),
    complianceHash: typeof hash === 'string' && /^[0-9a-f]{64}$/i.test(hash) ? hash.toLowerCase() : null,
  };
}

/** The answer to a ping (row 3). Sections that we do not keep are never asked for. */
export function pingAnswer(host: Host, ping: Ping, now: Date, wantsScan: boolean): object {
  return {
    message: 'Ping successful',
    timestamp: now.toISOString(),
    friendlyName: host.friendlyName,
    agentStartup: ping.isStartup,
    hashGate: true,
    requestFull: wantsScan ? ['compliance'] : [],
    integrations: integrationsOf(host),
  };
}

/**
 * The answer to an agent that asks for its newest version (row 7): always the one that it has. An offer makes it replace
 * its own binary, and where agents come from is not our affair.
 */
export function versionAnswer(currentVersion: string): object {
  return { hasUpdate: false, currentVersion, latestVersion: currentVersion };
}

/** An object's members; nothing for what is none. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

const longestText = 255;

/** A text as it may be kept: without characters that Postgres refuses, at most 255 long. Null for none. */
export function shortText(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const text = value.replaceAll('\u0000', '').trim().slice(0, longestText);
  return text === '' ? null : text;
}
