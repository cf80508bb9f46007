import { AssayError } from '@assay/kernel';

/** Codes of what can be wrong with commands to agents. */
export type CommandsErrorCode =
  | 'commands.malformed-host-id'
  | 'commands.bad-option'
  | 'commands.bad-profile-type'
  | 'commands.unknown-profile'
  | 'commands.scanner-off'
  | 'commands.compliance-off'
  | 'commands.not-connected'
  | 'commands.no-agent'
  | 'commands.too-many-triggers'
  | 'commands.unknown'
  | 'commands.own-request'
  | 'commands.not-awaiting-approval'
  | 'commands.already-ended';

/** Where the kind says too little: what PatchMon answers to with 400 (`wire/patchmon.md` §6.2), and what comes too often. */
export const commandsStatuses = {
  'commands.malformed-host-id': 400,
  'commands.bad-option': 400,
  'commands.bad-profile-type': 400,
  'commands.unknown-profile': 400,
  'commands.scanner-off': 400,
  'commands.compliance-off': 400,
  'commands.not-connected': 400,
  'commands.no-agent': 400,
  'commands.too-many-triggers': 429,
} as const satisfies Partial<Record<CommandsErrorCode, number>>;

/** A command that cannot be given like this. Agents drop what they do not understand in silence, so it is said here. */
export function refused(code: CommandsErrorCode, message: string): AssayError<CommandsErrorCode> {
  return new AssayError('invalid', code, message);
}

/** In PatchMon's words. */
export const notConnected = (): AssayError<CommandsErrorCode> =>
  refused('commands.not-connected', 'Host is not connected');
