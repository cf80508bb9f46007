import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive, readLivePid } from '@assay/embedded';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DataDir, dataDirAt, makeDataDir } from '../src/data-dir.js';
import { distinctPorts } from '../src/distinct-ports.js';
import { type PlannedProcess, planProcesses } from '../src/process-plan.js';
import { startSupervisor, type Supervisor } from '../src/supervisor.js';

describe('the supervisor', () => {
  let dir: DataDir;
  let plan: PlannedProcess[];
  let supervisor: Supervisor | undefined;
  let said: string[];
  const say = (line: string): number => said.push(line);
  const urlOf = ({ port }: PlannedProcess): string => `http://127.0.0.1:${port}`;

  beforeEach(async () => {
    said = [];
    dir = dataDirAt(mkdtempSync(join(tmpdir(), 'assay-supervisor-')));
    await makeDataDir(dir, false);
    const nextPort = distinctPorts();
    const replicas = new Map([['scanner', 2]] as const);
    plan = await planProcesses({ services: ['scanner', 'signer'], replicas, gatewayPort: 0, nextPort });
    supervisor = await startSupervisor({
      plan,
      dir,
      say,
      urlOf,
      signal: new AbortController().signal,
      mainOf: () => join(import.meta.dirname, 'programs', 'ready-service.mjs'),
      environmentOf: ({ port }) => ({ SERVICE_PORT: String(port) }),
    });
  });
  afterEach(async () => {
    await supervisor?.stop();
    rmSync(dir.root, { recursive: true });
  });

  const pidOf = (name: string): number => readLivePid(dir.run, name)!;

  it('names every process, hands over only the environment it was told, and lets all drain', async () => {
    const pids = ['scanner', 'scanner-2', 'signer'].map(pidOf);
    expect(new Set(pids).size).toBe(3);
    const answer = await fetch(`${urlOf(plan[1]!)}/environment`);
    expect(await answer.json()).toMatchObject({ SERVICE_PORT: String(plan[1]!.port) });
    expect(readFileSync(`/proc/${pids[1]}/environ`, 'utf8')).toBe(`SERVICE_PORT=${plan[1]!.port}\0`);

    await supervisor!.stop();
    expect(pids.filter(isAlive)).toEqual([]);
    expect(existsSync(join(dir.run, 'scanner-2.pid'))).toBe(false);
    expect(readFileSync(join(dir.logs, 'scanner-2.log'), 'utf8')).toBe('drained\n');
  });

  it('starts again what dies, on its port, under its name', async () => {
    const before = pidOf('scanner-2');
    process.kill(before, 'SIGKILL');
    await expect.poll(() => readLivePid(dir.run, 'scanner-2') ?? before).not.toBe(before);
    await expect.poll(() => fetch(urlOf(plan[1]!)).then(({ status }) => status, String)).toBe(200);
    expect(said.find((line) => line.includes('SIGKILL'))).toMatch(
      /^scanner-2 ended \(SIGKILL\); starting it again in 0\.5 s/,
    );
    await fetch(`${urlOf(plan[0]!)}/die`).catch(() => undefined);
    await expect.poll(() => said.join('\n')).toContain('scanner ended (status 3)');
  });
});
