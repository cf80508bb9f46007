import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Api } from './api.js';
import { PlatformProcess } from './platform-process.js';
import { copyInstallation, type Preparation, preparedVariable } from './prepared-installation.js';
import { asSuperuser } from './superuser.js';
import { waitUntil } from './wait-until.js';

const importWithinMs = 120_000;

/**
 * Vitest's set-up of the journeys: starts the product once with the shipped advisories and once with none, waits until what a
 * first start does is done, and keeps both data directories. A journey begins with a copy of one in a second, where a first
 * start and its import cost twenty. Journeys that are about the first start say `fromNothing`.
 */
export default async function setUp(): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-prepared-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const prepared = await Promise.allSettled([
    prepare(new PlatformProcess('all-in-one'), folder, 'with-advisories'),
    prepare(new PlatformProcess('all-in-one', { env: { FEEDS_SEED: 'false' } }), folder, 'without-advisories'),
  ]);
  for (const outcome of prepared) {
    if (outcome.status === 'fulfilled') continue;
    remove();
    throw outcome.reason;
  }
  process.env[preparedVariable] = folder;
  return remove;
}

/** Starts the platform, stops it as a user does when its first work is done, and keeps its data directory. */
async function prepare(platform: PlatformProcess, folder: string, preparation: Preparation): Promise<void> {
  try {
    await platform.start();
    if (preparation === 'with-advisories') await advisoriesAreIn(platform);
    // So that no copy begins with the housekeeping of the import.
    await asSuperuser(platform.dataDir, (client) => client.query('vacuum analyze'));
    const code = await platform.stop();
    if (code !== 0) throw new Error(`The platform to be copied ended with ${code}.\n${platform.log()}`);
    await copyInstallation(platform.dataDir, join(folder, preparation));
  } finally {
    await platform.remove();
  }
}

async function advisoriesAreIn(platform: PlatformProcess): Promise<void> {
  const api = new Api(platform, platform.adminKey);
  await waitUntil(
    'the shipped advisories are in',
    async () => {
      const { body } = await api.get<{ items: { refreshedAt: string | null }[] }>('/api/v1/feeds');
      return body.items.length > 0 && body.items.every(({ refreshedAt }) => refreshedAt !== null);
    },
    importWithinMs,
  );
}
