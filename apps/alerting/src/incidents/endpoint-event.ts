import type {
  benchmarkCompletedV1,
  benchmarkRescoredV1,
  EventOf,
  FailingRule,
  HostRef,
  hostBackV1,
  hostSilentV1,
  SignalGroup,
  signalsClearedV1,
  SignalSeverity,
  signalsRaisedV1,
} from '@assay/contracts';
import type { Severity } from '@assay/kernel';
import { attributes, type NotableEvent, type NotableFinding } from '../alerts/notable-event.js';

/** What is told of a host: that something goes on there, or that it is over. */
export interface EndpointEvent {
  readonly notable: NotableEvent;
  /** What it is about. */
  readonly incident: string;
  /** What else is still bad there: an incident is not over while a rule would ask for any of it. */
  readonly left: readonly NotableFinding[];
  /** What it speaks of: rules ask for findings, or for points of a score. */
  readonly about: 'findings' | 'score';
  /** The host's score now. */
  readonly score: number | null;
  /** True if nothing began with it: it can only end something. */
  readonly onlyEnds: boolean;
}

type Benchmark = EventOf<typeof benchmarkCompletedV1> | EventOf<typeof benchmarkRescoredV1>;

/** Rules that matched on hosts where nothing of them was open. */
export function raisedSignals(event: EventOf<typeof signalsRaisedV1>): EndpointEvent[] {
  return event.data.groups.map((group) => ofGroup(event, group, false));
}

/** Rules of which nothing is open on a host any more. */
export function clearedSignals(event: EventOf<typeof signalsClearedV1>): EndpointEvent[] {
  return event.data.groups.map((group) => ofGroup(event, group, true));
}

function ofGroup(
  event: EventOf<typeof signalsRaisedV1 | typeof signalsClearedV1>,
  group: SignalGroup,
  onlyEnds: boolean,
): EndpointEvent {
  const { hostId, ruleId, title, severity, open, firstAt, lastAt } = group;
  const incident = JSON.stringify(['signals', hostId, ruleId]);
  const notable: NotableEvent = {
    ...attributes(event, 'signals.raised'),
    sameAs: `${event.id}|${incident}`,
    subject: { kind: 'host', hostId },
    findings: [finding('signal', ruleId, title, severityOf(severity))],
    details: { hostId, ruleId, title, open, firstAt, lastAt },
    words: onlyEnds ? `Resolved: ${ruleId}, ${title}` : null,
  };
  return { notable, incident, left: [], about: 'findings', score: null, onlyEnds };
}

/** What a scan found that the one before did not, and what became of the score. */
export function benchmarkEvents(event: Benchmark): EndpointEvent[] {
  const { host, profile, effectiveScore, previousScore, newlyFailing, failing, scanId } = event.data;
  const lost = effectiveScore === null || previousScore === null ? null : round(previousScore - effectiveScore);
  const common: NotableEvent = {
    ...attributes(event, 'benchmark.completed'),
    ...ofHost(host),
    isNew: previousScore !== null,
    details: { host: host.hostname, profile: profile.name, scanId, score: effectiveScore, previousScore },
  };
  const rules: EndpointEvent = {
    notable: { ...common, sameAs: `${event.id}|rules`, findings: newlyFailing.rules.map(ofRule) },
    incident: JSON.stringify(['rules', host.hostId, profile.id]),
    left: failing.rules.map(ofRule),
    about: 'findings',
    score: null,
    onlyEnds: newlyFailing.count === 0,
  };
  const points: EndpointEvent = {
    notable: {
      ...common,
      sameAs: `${event.id}|score`,
      lostPoints: lost,
      words:
        lost !== null && lost > 0
          ? `Score of ${profile.name} fell from ${previousScore} to ${effectiveScore}`
          : `Score of ${profile.name} is ${effectiveScore} again`,
    },
    incident: JSON.stringify(['score', host.hostId, profile.id]),
    left: [],
    about: 'score',
    score: effectiveScore,
    onlyEnds: lost === null || lost <= 0,
  };
  return [rules, points];
}

/** A host that has fallen silent. */
export function silentHost(event: EventOf<typeof hostSilentV1>): EndpointEvent {
  const { host, lastSeenAt, silentAfterSeconds } = event.data;
  const words = `No sign of life for ${Math.round(silentAfterSeconds / 60)} min`;
  return ofSilence(event, host, { host: host.hostname, lastSeenAt }, words, false);
}

/** One that gives signs of life again. */
export function hostIsBack(event: EventOf<typeof hostBackV1>): EndpointEvent {
  const { host, silentSince, seenAt } = event.data;
  return ofSilence(event, host, { host: host.hostname, silentSince, seenAt }, 'Back', true);
}

function ofSilence(
  event: EventOf<typeof hostSilentV1 | typeof hostBackV1>,
  host: HostRef,
  details: Readonly<Record<string, unknown>>,
  words: string,
  onlyEnds: boolean,
): EndpointEvent {
  const notable = { ...attributes(event, 'host.silent'), ...ofHost(host), details, words };
  return {
    notable,
    incident: JSON.stringify(['silent', host.hostId]),
    left: [],
    about: 'findings',
    score: null,
    onlyEnds,
  };
}

/** The host by its name, and by every id that a rule's pattern may name. */
function ofHost({ hostId, hostname, friendlyName, externalIds }: HostRef): Pick<NotableEvent, 'subject' | 'hostNames'> {
  const hostNames = [hostId, hostname, friendlyName, ...externalIds.map(({ id }) => id)];
  return { subject: { kind: 'host', hostId: hostname }, hostNames };
}

function ofRule({ ruleRef, title, severity }: FailingRule): NotableFinding {
  return finding('benchmark-rule', ruleRef, title, severity);
}

function finding(kind: string, vulnerabilityId: string, target: string, severity: Severity): NotableFinding {
  const nothing = { group: null, kev: false, epss: null, component: null, fixedVersion: null };
  return { ...nothing, vulnerabilityId, kind, severity, target };
}

/** Informational ones are below every level that a rule can ask for. */
function severityOf(severity: SignalSeverity): Severity {
  return severity === 'info' ? 'unknown' : severity;
}

function round(points: number): number {
  return Math.round(points * 100) / 100;
}
