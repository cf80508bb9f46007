import type { InstallStep } from '../commands/agent-command.js';
import { limits } from '../limits.js';
import { recordOf, shortText } from './agent-answers.js';

/** What an agent says of one of its integrations (`wire/patchmon.md` §2.1), bounded: it is shown, not believed. */
export interface IntegrationStatus {
  readonly integration: string;
  readonly enabled: boolean;
  readonly status: string;
  readonly message: string | null;
  readonly components: Readonly<Record<string, string>>;
  readonly installEvents: readonly InstallStep[];
  /** Null where the body has none. */
  readonly scannerInfo: Readonly<Record<string, unknown>> | null;
}

const integrationNames = /^[a-z][a-z0-9_-]{0,31}$/;

/** Reads what there is; null for a body that names no integration. */
export function readIntegrationStatus(body: unknown): IntegrationStatus | null {
  const said = recordOf(body);
  const integration = shortText(said['integration'])?.toLowerCase() ?? '';
  if (!integrationNames.test(integration)) return null;
  const components = Object.entries(recordOf(said['components'])).slice(0, limits.integrationComponents);
  return {
    integration,
    enabled: said['enabled'] === true,
    status: shortText(said['status']) ?? 'unknown',
    message: longText(said['message']),
    components: Object.fromEntries(components.flatMap(([name, state]) => pair(name, state))),
    installEvents: listOf(said['install_events']).slice(-limits.integrationInstallEvents).map(stepOf),
    scannerInfo: scannerInfoOf(said['scanner_info']),
  };
}

function pair(name: string, value: unknown): [string, string][] {
  const [key, text] = [shortText(name), shortText(value)];
  return key === null || text === null ? [] : [[key, text]];
}

function stepOf(event: unknown): InstallStep {
  const { step, status, message, timestamp } = recordOf(event);
  return {
    step: shortText(step) ?? '',
    status: shortText(status) ?? '',
    message: longText(message) ?? '',
    timestamp: shortText(timestamp) ?? '',
  };
}

/** Texts and switches as they are; profiles by their texts. */
function scannerInfoOf(value: unknown): Readonly<Record<string, unknown>> | null {
  const members = Object.entries(recordOf(value)).slice(0, limits.integrationComponents);
  if (members.length === 0) return null;
  return Object.fromEntries(
    members.flatMap(([name, member]): [string, unknown][] => {
      const key = shortText(name);
      if (key === null) return [];
      if (Array.isArray(member)) {
        return [[key, member.slice(0, limits.scannerProfiles).map((entry) => plain(entry))]];
      }
      return [[key, plain(member)]];
    }),
  );
}

function plain(value: unknown): unknown {
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return value;
  if (typeof value === 'string') return shortText(value) ?? '';
  const members = Object.entries(recordOf(value)).slice(0, limits.integrationComponents);
  return members.length === 0 ? null : Object.fromEntries(members.flatMap(([name, text]) => pair(name, text)));
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function longText(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const text = value.replaceAll('\u0000', '').slice(0, limits.agentMessageLength);
  return text === '' ? null : text;
}
