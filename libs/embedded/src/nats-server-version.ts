import { oldestNatsServer, versionProbeTimeoutMs } from './limits.js';
import { runCommand } from './run-command.js';

/** The version a nats-server program says it has, as `2.15.1`; nothing if it is no such program. */
export async function natsServerVersion(bin: string): Promise<string | undefined> {
  try {
    const said = await runCommand({ command: bin, args: ['--version'], timeoutMs: versionProbeTimeoutMs });
    return /^nats-server: v(\d+\.\d+\.\d+\S*)/m.exec(said)?.[1];
  } catch {
    return undefined; // Not there, or not for this machine.
  }
}

/** True for the version of a nats-server that the platform can use: 2.10 or newer. */
export function isUsableVersion(version: string | undefined): boolean {
  const [major = NaN, minor = NaN] = (version ?? '').split('.').map(Number);
  const { major: oldest, minor: oldestMinor } = oldestNatsServer;
  return major > oldest || (major === oldest && minor >= oldestMinor);
}
