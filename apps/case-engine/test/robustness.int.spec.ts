import {
  caseChangedV1,
  type DataOf,
  findingsChangedV1,
  findingsJudgedV1,
  gateDecidedV1,
  judgementChange,
  runRecordedV1,
  scanCompletedV1,
  vulnerabilityMergedV1,
} from '@assay/contracts';
import { newId, noCounts } from '@assay/kernel';
import { type Transaction, Transactions } from '@assay/persistence';
import { eventually } from '@assay/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JudgeScans, type ScanCompleted } from '../src/cases/judge-scans.service.js';
import { aFinding, groupOf } from './builders.js';
import { CaseEngineInstallation, push, type ScanOf } from './case-engine-installation.js';

let installation: CaseEngineInstallation;
let admin: pg.Client;
beforeAll(async () => {
  installation = await CaseEngineInstallation.start();
  admin = new pg.Client({ connectionString: installation.adminUrl });
  await admin.connect();
  await admin.query('set search_path = case_engine');
});
afterAll(async () => {
  await admin.end();
  await installation.stop();
});

const judgedOf = (caseId: number | null) =>
  installation.said(findingsJudgedV1).filter((said) => said.caseId === caseId);

interface ShownCase {
  readonly id: number;
  readonly status: string;
  readonly latest_run_id: string;
  readonly counts: object;
  readonly version: number;
}

const theCase = (id: number | null) => installation.get<ShownCase>(`/api/v1/cases/${id}`);

/** An event as the bus delivers it. */
function eventOf(data: ScanCompleted['data']): ScanCompleted {
  return {
    specversion: '1.0',
    id: newId(),
    source: '/assay/scanner',
    type: scanCompletedV1.type,
    time: new Date().toISOString(),
    subject: data.scanId,
    tenant: 'acme',
    actor: 'system',
    version: null,
    lane: 'interactive',
    correlationid: data.receiptId,
    causationid: null,
    traceparent: null,
    datacontenttype: 'application/json',
    data,
  };
}

/** The rows that a case consists of, as they are, without row level security. */
async function intervals(
  caseId: number | null,
): Promise<{ key: string; first_seen_at: Date; ended_as: string | null }[]> {
  const { rows } = await admin.query(
    'select key, first_seen_at, ended_as from findings where case_id = $1 order by known_from, key',
    [caseId],
  );
  return rows as { key: string; first_seen_at: Date; ended_as: string | null }[];
}

describe('scans of one subject', () => {
  it('that come twenty at once are judged one after another, and the newest one wins', async () => {
    const runs = Array.from({ length: 20 }, (_, n): ScanOf => {
      const origin = { repo: 'busy', runId: String(1_000 + n), commitSha: `c${n}` };
      return { findings: [aFinding(`CVE-${n}`)], origin };
    });
    const verdicts = await Promise.all(runs.map((run) => installation.judge(run)));
    expect(new Set(verdicts.map(({ caseId }) => caseId)).size).toBe(1);
    const [{ caseId }] = verdicts as [(typeof verdicts)[number]];
    expect(await theCase(caseId)).toMatchObject({ latest_run_id: '1019', counts: { high: 1 } });
    const open = (await intervals(caseId)).filter(({ ended_as }) => ended_as === null);
    expect(open.map(({ key }) => key)).toEqual(['CVE-19']);
    const versions = installation.bus
      .ofType(caseChangedV1.type)
      .filter(({ subject }) => subject === String(caseId))
      .map(({ version }) => version);
    expect(new Set(versions).size).toBe(versions.length);
  });

  it('end in the same case in whatever order they arrive, each as often as it likes', async () => {
    const runs = [
      { findings: ['CVE-1', 'CVE-2'], runId: '1' },
      { findings: ['CVE-2', 'CVE-3'], runId: '2' },
      { findings: ['CVE-1', 'CVE-3'], runId: '3' },
      { findings: ['CVE-3'], runId: '3', tool: 'trivy' },
    ];
    const orders = [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [2, 0, 3, 1],
      [1, 3, 0, 2, 1, 3, 0],
    ];
    const outcomes = [];
    for (const [n, order] of orders.entries()) {
      let caseId: number | null = null;
      for (const index of order) {
        const { findings, runId, tool } = runs[index]!;
        const found = findings.map((id) => aFinding(id));
        const origin = { repo: `order-${n}`, runId, commitSha: `c${runId}` };
        ({ caseId } = await installation.judge({
          findings: found,
          origin,
          tool,
          document: `${index}`,
          acceptedAt: new Date(index),
        }));
      }
      const { status, latest_run_id, counts } = await theCase(caseId);
      const open = (await intervals(caseId)).filter(({ ended_as }) => ended_as === null);
      outcomes.push({ status, latest_run_id, counts, open: open.map(({ key }) => key).toSorted() });
    }
    expect(outcomes[0]).toMatchObject({ latest_run_id: '3', open: ['CVE-1', 'CVE-3'], counts: { high: 2 } });
    for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
  });

  it('never move first-seen forward, not even when a finding was gone in between', async () => {
    const scan = (n: number, ids: string[]) =>
      installation.judge({
        findings: ids.map((id) => aFinding(id)),
        origin: { repo: 'seen', runId: `${n}`, commitSha: `c${n}` },
      });
    await scan(1, ['CVE-1']);
    await scan(2, []);
    const { caseId } = await scan(3, ['CVE-1']);
    const [first, again, ...rest] = await intervals(caseId);
    expect(rest).toEqual([]);
    expect([first?.ended_as, again?.ended_as]).toEqual(['resolved', null]);
    expect(again?.first_seen_at).toEqual(first?.first_seen_at);
  });
});

describe('a judgement', () => {
  it('that fails after its effect happens exactly once', async () => {
    await admin.query(`
      create sequence failures;
      grant usage on sequence failures to public;
      create function fail_twice() returns trigger language plpgsql as $$ begin
        if new.subject like 'cases.gate.decided%' and nextval('case_engine.failures') <= 2 then raise 'killed between effect and commit'; end if;
        return new;
      end $$;
      create trigger fail_twice before insert on outbox for each row execute function fail_twice();
    `);
    const receipt = await installation.scan({ findings: [aFinding('CVE-1')], origin: { repo: 'killed' } });
    const { caseId, runId } = await installation.verdict(receipt);
    await admin.query('drop trigger fail_twice on outbox');
    expect(await intervals(caseId)).toHaveLength(1);
    expect(installation.decided(receipt)).toHaveLength(1);
    expect(judgedOf(caseId)).toHaveLength(1);
    expect(installation.said(runRecordedV1).filter((said) => said.runId === runId)).toHaveLength(1);
    expect(await theCase(caseId)).toMatchObject({ version: 1 });
  });

  it('too large for a message goes by claim check', async () => {
    const findings = Array.from({ length: 600 }, (_, n) => aFinding(`CVE-${n}`));
    const { caseId } = await installation.judge({ findings, origin: { repo: 'large' } });
    const said = await eventually('the judgement', () => judgedOf(caseId)[0]);
    expect(said).toMatchObject({ openedCount: 600, change: null });
    const bytes = await installation.artifacts.read('acme', said.document!.digest, said.document!.size);
    expect(judgementChange.parse(JSON.parse(bytes.toString())).opened).toHaveLength(600);
  });

  it('costs five statements, one more for new cases, and two less where nothing is different: however many are judged', async () => {
    const judgeScans = installation.engine.app.get(JudgeScans, { strict: false });
    const transactions = installation.engine.app.get(Transactions);
    const statements: number[] = [];
    for (const finds of ['first', 'second', 'second']) {
      const scans = await Promise.all(
        ['a', 'b', 'c', 'd'].map((repo) => {
          const origin = { repo: `cheap-${repo}`, commitSha: `${finds}${statements.length}` };
          return installation.scanOf({ findings: [aFinding(finds)], origin });
        }),
      );
      let count = 0;
      await transactions.run('acme', async (tx) => {
        const query = <Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]> => {
          count += 1;
          return tx.query<Row>(sql, parameters);
        };
        const counting: Transaction = {
          ...tx,
          query,
          publish: tx.publish.bind(tx),
          afterCommit: tx.afterCommit.bind(tx),
        };
        await judgeScans.execute(
          scans.map((data) => eventOf(data)),
          counting,
        );
      });
      statements.push(count);
    }
    expect(statements).toEqual([6, 5, 3]);
  });

  it('is refused for a findings document that is none, and says so', async () => {
    const scan = await installation.scanOf({ findings: [] });
    const findings = await installation.store('acme', { schema: 'something else' });
    await installation.say(scanCompletedV1, { ...scan, findings, findingsContent: undefined });
    const { rows } = await eventually('the dead letter', async () => {
      const result = await admin.query<{ code: string }>('select code from dead_letters');
      return result.rows.length > 0 && result;
    });
    expect(rows).toEqual([{ code: 'cases.malformed-findings' }]);
  });
});

describe('advisories', () => {
  /** New findings for the scan of a branch that nobody sent again. */
  async function change(scan: DataOf<typeof scanCompletedV1>, ids: string[], version: number): Promise<void> {
    const scanId = newId();
    const { receiptId, subject, origin, document, tool, engines, components } = scan;
    const findings = await installation.store('acme', {
      schema: 'assay.findings/v1',
      scanId,
      receiptId,
      subject,
      origin,
      document,
      tool,
      engines,
      components,
      entries: noCounts(),
      warnings: [],
      findings: ids.map((id) => aFinding(id)),
    });
    const said = { receiptId, scanId, subject: subject!, tool, opened: 1, resolved: 0, findings };
    await installation.say(findingsChangedV1, said, { version });
  }

  it('that change are judged at once; an older change is ignored', async () => {
    const scan = await installation.scanOf({ findings: [], origin: push('main', { repo: 'monitored' }) });
    await installation.say(scanCompletedV1, scan);
    const { data } = await eventually('the verdict', () =>
      installation.bus.ofType(gateDecidedV1.type).find(({ correlationid }) => correlationid === scan.receiptId),
    );
    const { caseId } = (data as DataOf<typeof gateDecidedV1>).verdict;
    await change(scan, ['CVE-NEW'], 5);
    const judged = await eventually('the judgement', () => judgedOf(caseId)[0]);
    expect(judged).toMatchObject({ because: 'advisories', openedCount: 1, receiptId: scan.receiptId });
    await change(scan, [], 4);
    await change(scan, ['CVE-NEW', 'CVE-NEWER'], 6);
    await eventually('the next judgement', () => judgedOf(caseId).length === 2);
    expect(await theCase(caseId)).toMatchObject({ status: 'OPEN', counts: { high: 2 } });
    expect(judgedOf(caseId)[1]).toMatchObject({ openedCount: 1, resolvedCount: 0 });
  });

  it('of a subject whose scan was overtaken wait for it', async () => {
    const scan = await installation.scanOf({ findings: [], origin: push('main', { repo: 'overtaken' }) });
    await change(scan, ['CVE-EARLY'], 1);
    await installation.say(scanCompletedV1, scan);
    const judged = await eventually('the judgement', () =>
      installation
        .said(findingsJudgedV1)
        .find(({ subject }) => subject?.kind === 'branch' && subject.repo === 'overtaken'),
    );
    expect(judged).toMatchObject({ because: 'advisories', openedCount: 1 });
  });

  it('that turn out to be about one vulnerability leave one finding, seen when the first of them was', async () => {
    const [old, other] = [aFinding('CVE-OLD'), aFinding('GHSA-TWIN', { component: aFinding('CVE-OLD').component })];
    const origin = { repo: 'merged' };
    await installation.judge({ findings: [old], origin });
    const { caseId } = await installation.judge({
      findings: [old, other],
      origin: { ...origin, commitSha: 'c2', runId: '101' },
    });
    const before = await intervals(caseId);

    const [from, into] = [groupOf('CVE-OLD'), groupOf('GHSA-TWIN')];
    await installation.say(vulnerabilityMergedV1, { from, into, because: 'aliases' }, { tenant: 'platform' });
    const merged = await eventually('the merge', async () => {
      const shown = await theCase(caseId);
      return shown.version === 3 && shown;
    });
    expect(merged.counts).toMatchObject({ high: 1 });
    const open = (await intervals(caseId)).filter(({ ended_as }) => ended_as === null);
    expect(open).toMatchObject([{ key: 'GHSA-TWIN', first_seen_at: before[0]?.first_seen_at }]);

    const json = {
      what: { kind: 'vulnerability', id: 'CVE-OLD' },
      where: { kind: 'tenant' },
      reason: 'By its old name',
    };
    await installation.ask('analyst', '/api/v1/exceptions', { method: 'POST', json });
    expect(await theCase(caseId)).toMatchObject({ status: 'RESOLVED', counts: { high: 0, excluded: 1 } });
  });
});
