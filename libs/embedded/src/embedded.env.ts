/** What the search for a nats-server reads from the environment. */
export interface NatsServerHints {
  /** A nats-server to use and no other (`NATS_SERVER_BIN`). */
  readonly bin: string | undefined;
  /** Folders to look in, as in the variable of that name (`PATH`). */
  readonly path: string;
}

/** The hints of this process's environment. */
export function natsServerHints(env: NodeJS.ProcessEnv = process.env): NatsServerHints {
  return { bin: env['NATS_SERVER_BIN'] || undefined, path: env['PATH'] ?? '' };
}

/** This process's environment and these variables: for tools that need the user's own settings (proxies, Go's cache). */
export function environmentWith(extra: Record<string, string>): NodeJS.ProcessEnv {
  return { ...process.env, ...extra };
}

/** What a database or broker gets to see: where programs are, and nothing of our secrets. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], TZ: 'UTC', LC_ALL: 'C' };
}
