import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PlatformProcess } from './platform-process.js';
import { asSuperuser } from './superuser.js';

/** Somebody with the rights of the machine's administrator: changes files and rows behind the product's back. */
export class Intruder {
  constructor(private readonly platform: Pick<PlatformProcess, 'dataDir'>) {}

  /** Flips one bit in the middle of a stored artifact of the tenant `default`; its size stays. */
  flipsAByteOf(digest: string): void {
    const hex = digest.slice('sha256:'.length);
    const file = join(this.platform.dataDir, 'artifacts', 'default', hex.slice(0, 2), hex);
    if (!existsSync(file)) throw new Error(`There is no artifact at ${file}.`);
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(file, bytes);
  }

  /** Runs a statement as the superuser, whom neither grants nor row level security bind. Fails if it changes no row. */
  async changes(sql: string, ...parameters: unknown[]): Promise<void> {
    const { rowCount } = await asSuperuser(this.platform.dataDir, (client) => client.query(sql, parameters));
    if (rowCount === 0) throw new Error(`Nothing was changed by: ${sql}`);
  }
}
