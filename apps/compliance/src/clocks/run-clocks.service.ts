import {
  clockStartedV1,
  clockStoppedV1,
  type JudgementChange,
  type Lane,
  subjectKey,
  type Subject,
} from '@assay/contracts';
import { newId, type Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { withTraceparent } from '@assay/telemetry';
import { Injectable } from '@nestjs/common';
import type { SlaDays } from '../policies/sla-policy.js';
import { SlaPoliciesStore } from '../policies/sla-policies.store.js';
import { type ChangedClock, type ClockGroup, groupChanges } from './clock-events.js';
import { clockKeyOf } from './clock-key.js';
import { type Clock, type ClockIdentity, evolve, type FindingState, type Moment, type Observation } from './clock.js';
import { ClocksStore } from './clocks.store.js';
import { MergeGroupsStore } from './merge-groups.store.js';

/** A judgement as clocks need it. */
export interface Judgement extends Moment {
  readonly subject: Subject;
  readonly change: JudgementChange;
  readonly receiptId: Uuid | null;
  readonly lane: Lane;
  readonly traceparent: string | null;
}

/** What a judgement says about one clock. */
interface Told {
  readonly identity: ClockIdentity;
  readonly observations: Observation[];
}

const states = [
  ['opened', 'open'],
  ['excepted', 'excepted'],
  ['resolved', 'resolved'],
] as const satisfies readonly (readonly [keyof JudgementChange, FindingState])[];

/** Starts, pauses and stops the clocks of a tenant by judgements: a few statements however many findings there are. */
@Injectable()
export class RunClocks {
  constructor(
    private readonly clocks: ClocksStore,
    private readonly groups: MergeGroupsStore,
    private readonly policies: SlaPoliciesStore,
  ) {}

  async execute(judgements: readonly Judgement[], tx: Transaction): Promise<void> {
    if (judgements.length === 0) return;
    await this.clocks.lockSubjects(
      tx,
      judgements.map(({ subject }) => subjectKey(subject)),
    );
    const merged = await this.groups.intoOf(tx, [...new Set(judgements.flatMap(groupsOf))]);
    const told = judgements.map((judgement) => toldBy(judgement, merged));
    const known = await this.known(tx, told.flat());
    const { days } = await this.policies.inForce(tx);

    const changed = new Map<string, Clock>();
    const stopped = new Set<Uuid>();
    const resumed = new Set<Uuid>();
    for (const [index, judgement] of judgements.entries()) {
      const changes = told[index]!.flatMap((each) => this.apply(each, judgement, known, changed, days));
      for (const { change, clock } of changes) {
        // The last word of a batch on a clock is what holds.
        stopped.delete(clock.id);
        resumed.delete(clock.id);
        if (change === 'resolved') stopped.add(clock.id);
        if (change === 'resumed') resumed.add(clock.id);
      }
      this.publish(tx, judgement, groupChanges(changes));
    }
    if (changed.size > 0) await this.clocks.save(tx, [...changed.values()]);
    if (resumed.size > 0) await this.clocks.reopenViolations(tx, [...resumed]);
    if (stopped.size > 0) await this.clocks.endViolations(tx, [...stopped]);
  }

  private async known(tx: Transaction, told: readonly Told[]): Promise<Map<string, Clock>> {
    const wanted = new Map(told.map(({ identity }) => [nameOf(identity), identity]));
    const clocks = await this.clocks.load(tx, [...wanted.values()]);
    return new Map(clocks.map((clock) => [nameOf(clock), clock]));
  }

  /** Takes one clock on. Clocks without a date are kept and not spoken of: nothing runs out. */
  private apply(
    { identity, observations }: Told,
    moment: Moment,
    known: Map<string, Clock>,
    changed: Map<string, Clock>,
    days: SlaDays,
  ): ChangedClock[] {
    const name = nameOf(identity);
    const before = known.get(name) ?? null;
    const evolved = evolve(before, { ...identity, id: newId() }, observations, moment, days);
    if (evolved === null) return [];
    known.set(name, evolved.clock);
    changed.set(name, evolved.clock);
    const dueAt = evolved.clock.status === 'running' ? evolved.clock.dueAt : (before?.dueAt ?? null);
    return evolved.change === null || dueAt === null ? [] : [{ clock: evolved.clock, change: evolved.change, dueAt }];
  }

  /** Events of a batch belong to several receipts and traces; each goes on with its own. */
  private publish(tx: Transaction, judgement: Judgement, groups: readonly ClockGroup[]): void {
    const { receiptId, lane, at, traceparent } = judgement;
    withTraceparent(traceparent ?? undefined, () => {
      for (const { change, subject, clocks } of groups) {
        const options = { subject: subjectKey(subject), correlationId: receiptId, lane };
        if (change === 'opened' || change === 'resumed') {
          tx.publish(clockStartedV1, { subject, because: change, clocks }, options);
        } else {
          tx.publish(clockStoppedV1, { subject, because: change, stoppedAt: at.toISOString(), clocks }, options);
        }
      }
    });
  }
}

function groupsOf({ change }: Judgement): Uuid[] {
  return states.flatMap(([list]) => change[list].flatMap(({ group }) => (group === null ? [] : [group])));
}

/** One finding of a judgement may share its clock with others: a vulnerability in several components of a subject. */
function toldBy({ subject, change }: Judgement, merged: ReadonlyMap<Uuid, Uuid>): Told[] {
  const key = subjectKey(subject);
  const byClock = new Map<string, Told>();
  for (const [list, state] of states) {
    for (const finding of change[list]) {
      const into = finding.group === null ? undefined : merged.get(finding.group);
      const findingKey = into === undefined ? finding.key : finding.key.replaceAll(finding.group!, into);
      const clockKey = clockKeyOf({ group: into ?? finding.group, key: findingKey });
      const told = byClock.get(clockKey) ?? { identity: { subjectKey: key, clockKey }, observations: [] };
      const { severity, vulnerabilityId, again = false } = finding;
      told.observations.push({ findingKey, state, severity, vulnerabilityId, again });
      byClock.set(clockKey, told);
    }
  }
  return [...byClock.values()];
}

function nameOf({ subjectKey: subject, clockKey }: ClockIdentity): string {
  return `${subject} ${clockKey}`;
}
