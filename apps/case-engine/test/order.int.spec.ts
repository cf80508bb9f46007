import { type DataOf, findingsJudgedV1, gateDecidedV1, runRecordedV1, type scanCompletedV1 } from '@assay/contracts';
import { newId } from '@assay/kernel';
import { type RunningService, startService } from '@assay/service-host';
import { eventually } from '@assay/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caseEngineService } from '../src/index.js';
import { aFinding } from './builders.js';
import { CaseEngineInstallation, push } from './case-engine-installation.js';

let installation: CaseEngineInstallation;
let twin: RunningService;
beforeAll(async () => {
  installation = await CaseEngineInstallation.start();
  twin = await startService(caseEngineService, installation.environment);
});
afterAll(async () => {
  await twin.stop();
  await installation.stop();
});

type Scan = DataOf<typeof scanCompletedV1>;

/** Always another order, and always the same ones. */
function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  return items
    .map((item, index) => ({ item, at: ((index + 1) * 7919 * (seed + 3)) % 101 }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ item }) => item);
}

describe('ten documents of one repository', () => {
  it.each([0, 1, 2])(
    'shuffled and twice, in order %i, make one history: no lost run, no double alert',
    async (seed) => {
      const repo = `ten-${seed}`;
      const of = (run: number, tool: string, ids: string[]): Promise<Scan> =>
        installation.scanOf({
          findings: ids.map((id) => aFinding(id, { engines: [tool] })),
          tool,
          document: `${repo} ${run} ${tool}`,
          origin: push('main', { repo, runId: String(100 + run), commitSha: `c${run}` }),
          acceptedAt: new Date(Date.UTC(2026, 0, 1, 0, run)),
        });
      // What the newest run has is in every run, so that whatever comes first is told and nothing is told again.
      const documents = await Promise.all(
        [0, 1, 2, 3, 4].flatMap((run) => [
          of(run, 'cyclonedx', ['CVE-1', 'CVE-2']),
          of(run, 'trivy', ['CVE-2', 'CVE-3']),
        ]),
      );
      const again = documents.map((scan) => ({ ...scan, scanId: newId(), receiptId: newId() }));
      const all = shuffled([...documents, ...again], seed);
      const said = installation.bus.events.length;
      await Promise.all([installation.sayAll(all.slice(0, 10)), installation.sayAll(all.slice(10))]);

      const decided = await eventually('every answer', () => {
        const answers = installation
          .said(gateDecidedV1)
          .filter(({ receiptId }) => all.some((s) => s.receiptId === receiptId));
        return answers.length === 20 && answers;
      });
      const caseIds = new Set(decided.map(({ verdict }) => verdict.caseId));
      expect(caseIds.size).toBe(1);
      const [caseId] = [...caseIds];
      const { items } = await installation.get<{ items: { id: string; documents: object[]; counts: object }[] }>(
        `/api/v1/cases/${caseId}/history`,
      );
      expect(items).toHaveLength(5);
      for (const run of items) expect(run).toMatchObject({ counts: { high: 3 }, documents: [{}, {}] });
      expect(await installation.get(`/api/v1/cases/${caseId}`)).toMatchObject({
        latest_run_id: '104',
        counts: { high: 3 },
      });

      const since = installation.bus.events.slice(said);
      const judged = since.filter(({ type }) => type === findingsJudgedV1.type).map(({ data }) => data);
      const opened = (judged as DataOf<typeof findingsJudgedV1>[]).flatMap(({ change }) => change?.opened ?? []);
      // A newer run begins with one of its two documents; what only the other tool sees is not told again when that comes.
      const news = Map.groupBy(
        opened.filter(({ again }) => again !== true),
        ({ key }) => key,
      );
      expect([...news].map(([key, told]) => [key, told.length]).toSorted()).toEqual([
        ['CVE-1', 1],
        ['CVE-2', 1],
        ['CVE-3', 1],
      ]);
      const recorded = since.filter(({ type }) => type === runRecordedV1.type);
      expect(recorded).toHaveLength(10);
    },
  );
});
