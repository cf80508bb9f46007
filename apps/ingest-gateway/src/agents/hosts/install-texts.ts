import type { EnrolledHost } from './enrol-host.service.js';

/** What an admin runs on a host so that its agent comes here. */
export interface InstallTexts {
  /** One line for a shell. */
  readonly install: string;
  /** The part of the agent's configuration that names this server and the host; null where a line does it all. */
  readonly config: string | null;
}

/** Nothing else may stand in an address that people paste into a shell. */
const plainAddress = /^https?:\/\/[\w.:[\]-]+$/;

/**
 * For PatchMon's agent, whose binary is installed: `config set-api` writes its files and the service starts with them.
 *
 * @param server where agents reach us, `https://assay.example`
 */
export function patchMonInstall({ apiId, apiKey }: EnrolledHost, server: string): InstallTexts {
  const install =
    `sudo patchmon-agent config set-api ${apiId} ${apiKey} ${quoted(server)}` +
    ' && sudo systemctl enable --now patchmon-agent && sudo systemctl restart patchmon-agent';
  return { install, config: null };
}

/**
 * For Santamon's agent: the part of its YAML that it needs from us (`wire/santamon.md` §7), and a line that leaves it in a
 * file that only its owner reads. The agent refuses plain HTTP but from its own machine.
 */
export function santamonInstall({ apiKey }: EnrolledHost, agentId: string, server: string): InstallTexts {
  const lines = [
    'agent:',
    `  id: ${JSON.stringify(agentId)}`,
    'shipper:',
    `  endpoint: ${JSON.stringify(`${server}/santamon/ingest`)}`,
    `  api_key: ${JSON.stringify(apiKey)}`,
    '  heartbeat:',
    '    enabled: true',
  ];
  const install = `(umask 077 && printf '%s\\n' ${lines.map(quoted).join(' ')} > santamon-assay.yaml)`;
  return { install, config: `${lines.join('\n')}\n` };
}

/** The address under which a caller reached us, if it is a plain one, else a placeholder that nothing can hide in. */
export function serverOf(protocol: string, host: string): string {
  const address = `${protocol}://${host}`;
  return plainAddress.test(address) ? address : 'https://assay.invalid';
}

/** As one word of a POSIX shell. */
function quoted(text: string): string {
  return /^[\w.:/@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
