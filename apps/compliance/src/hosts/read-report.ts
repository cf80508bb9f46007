import { type JsonLimits, jsonLimits, pickElements } from '@assay/documents';
import { limits } from '../limits.js';
import { shortText } from './agent-answers.js';

/** What of an agent's full report is kept: short texts, each by the name that we give it. */
export interface AgentReport {
  readonly hostname: string | null;
  readonly machineId: string | null;
  readonly agentVersion: string | null;
  readonly osInfo: Readonly<Record<string, string>> | null;
  readonly inventory: Readonly<Record<string, string>> | null;
}

/** Names of the report's fields: those of released agents, and of the planning pages. */
const fields = {
  hostname: ['hostname'],
  machineId: ['machineId', 'machine_id'],
  agentVersion: ['agentVersion', 'agent_version'],
  osName: ['osType', 'os_type', 'os_name'],
  osVersion: ['osVersion', 'os_version'],
  ip: ['ip', 'ip_address'],
  architecture: ['architecture'],
  kernelVersion: ['kernelVersion', 'kernel_version'],
} as const;
type Field = keyof typeof fields;

const fieldByName = new Map<string, Field>(
  Object.entries(fields).flatMap(([field, names]) => names.map((name) => [name, field as Field] as const)),
);
const reportLimits: JsonLimits = { ...jsonLimits, maxDocumentBytes: limits.agentReportMaxBytes };

/**
 * Reads a report as it streams by: packages, repositories and the rest of it are checked for being JSON and forgotten, so
 * that 749 packages in 451 KB (`wire/patchmon.md` §2) cost no memory.
 *
 * @throws AssayError `documents.*` for what is no JSON object, or longer than 5 MB
 */
export async function readReport(source: AsyncIterable<Uint8Array>): Promise<AgentReport> {
  const said = new Map<Field, string>();
  for await (const { path, value } of pickElements(source, [...fieldByName.keys()], reportLimits)) {
    const field = fieldByName.get(path);
    const text = shortText(value);
    if (field !== undefined && text !== null) said.set(field, text);
  }
  const get = (field: Field): string | null => said.get(field) ?? null;
  const [name, version] = [get('osName'), get('osVersion')];
  return {
    hostname: get('hostname'),
    machineId: get('machineId'),
    agentVersion: get('agentVersion'),
    osInfo: present({ family: name?.split(/[\s/]/)[0]?.toLowerCase() ?? null, name, version }),
    inventory: present({ ip: get('ip'), architecture: get('architecture'), kernelVersion: get('kernelVersion') }),
  };
}

/** Those members that are there; null if none is. */
function present(members: Readonly<Record<string, string | null>>): Record<string, string> | null {
  const entries = Object.entries(members).filter((entry): entry is [string, string] => entry[1] !== null);
  return entries.length === 0 ? null : Object.fromEntries(entries);
}
