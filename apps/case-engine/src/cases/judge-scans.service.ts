import { type DataOf, type EventOf, type Origin, type scanCompletedV1, type ScanResult } from '@assay/contracts';
import { AssayError, type FieldError, newId } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { CaseEngineErrorCode } from '../case-engine.errors.js';
import { limits } from '../limits.js';
import type { Docket } from '../runs/docket.js';
import { DocketStore, docketOf } from '../runs/docket.store.js';
import { type Arrival, begin, enter, type Entry, runKey, type RunDocument } from '../runs/run.js';
import type { Case } from './case.js';
import { CasesStore, keyOf } from './cases.store.js';
import { JudgeRuns } from './judge-runs.service.js';
import {
  leftBy,
  needsOf,
  overtakenBy,
  planJudgement,
  type PlannedJudgement,
  type Standing,
  standingOf,
} from './plan-judgement.js';
import { ReadCiExclusions } from './read-ci-exclusions.service.js';
import { SayVerdict } from './say-verdict.service.js';

type Scan = DataOf<typeof scanCompletedV1>;
export type ScanCompleted = EventOf<typeof scanCompletedV1>;

/** A scan with the key of its run and what it brings to it. */
interface Brought {
  readonly event: ScanCompleted;
  readonly scan: Scan;
  readonly runKey: string;
  readonly caseKey: string | null;
  readonly arrival: Arrival;
}

/** What is answered when a planned judgement was made. */
interface Answer {
  readonly scan: Scan;
  readonly entry: Entry;
}

/**
 * Records scans in the runs they belong to, judges those runs, and answers each receipt with the gate's verdict: all scans
 * are of one tenant, and the number of statements does not grow with them. Those of one subject are judged one after another.
 */
@Injectable()
export class JudgeScans {
  constructor(
    private readonly cases: CasesStore,
    private readonly dockets: DocketStore,
    private readonly exclusions: ReadCiExclusions,
    private readonly judgeRuns: JudgeRuns,
    private readonly sayVerdict: SayVerdict,
  ) {}

  /** @throws AssayError `cases.origin-too-long`, `cases.overtaken`, and what reading findings documents throws */
  async execute(events: readonly ScanCompleted[], tx: Transaction): Promise<void> {
    for (const { data } of events) refuseLongNames(data.origin);
    const brought = await Promise.all(events.map((event) => this.brought(event, tx)));
    const subjects = events.flatMap(({ data: { subject } }) => subject ?? []);
    const cases = await this.cases.lockSubjects(tx, subjects);
    for (const some of inPortions(brought)) await this.judge(tx, some, cases);
  }

  private async judge(tx: Transaction, all: readonly Brought[], cases: Map<string, Case>): Promise<void> {
    const docket = await this.docketFor(tx, all, cases);
    const standings = new Map<string, Standing>();
    const answers = new Map<PlannedJudgement, Answer>();
    const planned: PlannedJudgement[] = [];
    for (const { event, scan, runKey: key, caseKey, arrival } of all) {
      const standing = caseKey === null ? null : standingIn(standings, caseKey, cases, docket);
      const before = docket.runOfKey(key)?.run ?? begin(newId(), key, arrival);
      const { run, taken, entry } = enter(before, arrival);
      const occasion = { because: 'run', receiptId: scan.receiptId, event } as const;
      const plan = planJudgement(occasion, { subject: scan.subject, run, taken }, standing, docket);
      planned.push(plan);
      answers.set(plan, { scan, entry });
      const overtaken = standing && overtakenBy(standing, docket);
      if (standing === null || overtaken === null) continue;
      const known = { subject: scan.subject, run: overtaken.run, taken: [] };
      planned.push(planJudgement(occasion, known, standing, docket));
    }
    for (const judged of await this.judgeRuns.execute(tx, planned)) {
      const answer = answers.get(judged.planned);
      if (answer !== undefined) await this.sayVerdict.execute(tx, { ...answer, ...judged });
    }
    for (const [key, standing] of standings) cases.set(key, leftBy(standing));
  }

  private async docketFor(tx: Transaction, all: readonly Brought[], cases: ReadonlyMap<string, Case>): Promise<Docket> {
    const needs = all.map(({ scan, runKey: key, caseKey, arrival }) => ({
      ...needsOf(scan.subject, arrival, (caseKey !== null && cases.get(caseKey)) || null),
      runKeys: [key],
    }));
    return this.dockets.load(tx, docketOf(needs));
  }

  private async brought(event: ScanCompleted, tx: Transaction): Promise<Brought> {
    const scan = event.data;
    const { subject, origin, receiptId, exclusions, context } = scan;
    const at = new Date(scan.acceptedAt);
    const sent = { subject, by: event.actor, at };
    const own = exclusions == null ? null : await this.exclusions.execute(tx.tenant, exclusions, sent);
    return {
      event,
      scan,
      runKey: runKey(subject, origin, receiptId),
      caseKey: subject === null ? null : keyOf(subject),
      arrival: {
        origin,
        acceptedAt: at,
        documents: [scan, ...(scan.alongside ?? [])].map((result) => documentOf(result, scan)),
        context: context ?? null,
        exclusions: own,
      },
    };
  }
}

function standingIn(
  standings: Map<string, Standing>,
  key: string,
  cases: ReadonlyMap<string, Case>,
  docket: Docket,
): Standing {
  const known = standings.get(key) ?? standingOf(cases.get(key)!, docket);
  standings.set(key, known);
  return known;
}

function documentOf(result: ScanResult, { origin, receiptId, acceptedAt }: Scan): RunDocument {
  const { tool, target, scanId, document, findings, findingsContent = null, engines, components } = result;
  return {
    tool,
    target: target || (origin.imageName ?? ''),
    scanId,
    receiptId,
    acceptedAt: new Date(acceptedAt),
    documentDigest: document.digest,
    findingsDigest: findings.digest,
    findingsSize: findings.size,
    findingsContent,
    engines,
    components,
    findingsVersion: null,
  };
}

/** Portions whose findings can be held in memory together. */
function inPortions(all: readonly Brought[]): Brought[][] {
  const portions: Brought[][] = [];
  let room = 0;
  for (const one of all) {
    const bytes = one.arrival.documents.reduce((sum, { findingsSize }) => sum + findingsSize, 0);
    if (bytes > room) {
      portions.push([]);
      room = limits.judgedAtOnceBytes;
    }
    portions.at(-1)!.push(one);
    room -= bytes;
  }
  return portions;
}

const longest: Readonly<Partial<Record<keyof Origin, number>>> = {
  provider: limits.providerChars,
  org: limits.nameChars,
  repo: limits.nameChars,
  branch: limits.nameChars,
  targetBranch: limits.nameChars,
};

/** Names end up in indexes, whose rows have an end; better refused in words than by Postgres. */
function refuseLongNames(origin: Origin): void {
  const fields = Object.entries(origin).flatMap(([field, value]): FieldError[] => {
    const most = longest[field as keyof Origin] ?? limits.textChars;
    return value != null && value.length > most ? [{ field, message: `has more than ${most} characters` }] : [];
  });
  if (fields.length === 0) return;
  const code: CaseEngineErrorCode = 'cases.origin-too-long';
  throw new AssayError('invalid', code, 'The origin of the document has fields that are too long', { fields });
}
