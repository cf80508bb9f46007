import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the first admin key is left for who runs the platform: `<data dir>/admin-key`, for its owner's eyes only. */
export class AdminKeyFile {
  private readonly path: string;

  constructor(private readonly directory: string) {
    this.path = join(directory, 'admin-key');
  }

  /** The key in the file, or undefined where there is none. */
  async read(): Promise<string | undefined> {
    try {
      const key = (await readFile(this.path, 'utf8')).trim();
      return key === '' ? undefined : key;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Writes it whole or not at all, and durably: what is written may be the only copy. */
  async write(key: string): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const draft = `${this.path}.${process.pid}`;
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writeFile(`${key}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, this.path);
  }
}
