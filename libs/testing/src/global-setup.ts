import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { obtainNatsServer, startNats, startPostgres } from '@assay/embedded';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser's address of the test run's PostgreSQL. */
    postgresUrl: string;
    /** Address of the test run's nats-server. */
    natsUrl: string;
  }
}

/** Starts one real PostgreSQL and one real nats-server for the whole run; each test file takes its own part of both. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), 'assay-test-'));
  const path = (name: string): string => join(directory, name);
  const bin = await obtainNatsServer({ cacheDir: '.cache/bin', say: (line) => process.stderr.write(`${line}\n`) });
  const [postgres, nats] = await Promise.all([
    startPostgres({
      dataDir: path('postgres'),
      runDir: path('run'),
      logFile: path('postgres.log'),
      maxConnections: 400,
    }),
    startNats({ bin, dataDir: path('nats'), runDir: path('run'), logFile: path('nats.log') }),
  ]);
  project.provide('postgresUrl', postgres.url);
  project.provide('natsUrl', nats.url);
  return async () => {
    await Promise.all([postgres.stop(), nats.stop()]);
    rmSync(directory, { recursive: true, force: true });
  };
}
