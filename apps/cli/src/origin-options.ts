import type { Command } from 'commander';

/** Where a document came from, as options of a command: the names of `api.md`, with hyphens. */
const origin = [
  'provider',
  'org',
  'repo',
  'branch',
  'prId',
  'targetBranch',
  'commitSha',
  'commitAuthor',
  'baseSha',
  'runId',
  'runUrl',
  'runStartedAt',
  'imageName',
  'imageTag',
  'imageDigest',
] as const;

export type OriginOptions = Partial<Record<(typeof origin)[number], string>>;

/** Adds the options to a command. */
export function withOrigin(command: Command): Command {
  for (const name of origin) {
    command.option(
      `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} <value>`,
      `${name} of the document`,
    );
  }
  return command;
}

/** The query that tells the gateway, with `wait` if there is something to wait for. */
export function originQuery(options: OriginOptions, waitSeconds?: number): string {
  const query = new URLSearchParams();
  for (const name of origin) if (options[name] !== undefined) query.set(name, options[name]);
  if (waitSeconds !== undefined) query.set('wait', String(waitSeconds));
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}
