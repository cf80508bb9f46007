import type { Severity, Uuid } from '@assay/kernel';

/** The events that a rule can name: those a person may have to act on. Without domain and version. */
export const nameableEvents = [
  'findings.judged',
  'run.recorded',
  'run.rescanned',
  'run.rescan-failed',
  'gate.decided',
  'sla.breached',
  'verification.failed',
  'exception.granted',
  'exception.ended',
  'access.denied',
  'tampering.detected',
  'audit.gap',
  'receipt.failed',
  'signals.raised',
  'benchmark.completed',
  'host.silent',
] as const;
export type NameableEvent = (typeof nameableEvents)[number];

/**
 * What a rule asks. `severityAtLeast`, `kev` and `epssMin` say how bad a finding must be, and one of them is enough; with
 * none of them every finding is. `repo`, `image`, `host` and `newOnly` must all hold.
 */
export interface RuleConditions {
  readonly severityAtLeast?: Severity | undefined;
  /** True: a finding that is exploited, by CISA's list, is bad enough. */
  readonly kev?: boolean | undefined;
  /** Probability of exploitation from which on a finding is bad enough, 0..1. */
  readonly epssMin?: number | undefined;
  /** Pattern of `org/repo`, or of the repository's name alone if it has no slash. */
  readonly repo?: string | undefined;
  /** Pattern of an image's name. */
  readonly image?: string | undefined;
  /** Pattern of a host's name, or of any id that it is known by. */
  readonly host?: string | undefined;
  /** Points that the effective score of a benchmark must have lost; a rule that asks for them asks for nothing of its findings. */
  readonly scoreDrop?: number | undefined;
  /** Leaves out findings that were there before and count again because an exception ended. */
  readonly newOnly?: boolean | undefined;
}

export interface AlertRule {
  readonly id: Uuid;
  readonly name: string;
  readonly on: readonly NameableEvent[];
  readonly where: RuleConditions;
  /** Whom to tell; empty means every channel of the tenant. */
  readonly channels: readonly Uuid[];
  readonly enabled: boolean;
}

/** What each tenant begins with: new critical findings, and whatever is known to be exploited, to every channel. */
export const defaultRule: Omit<AlertRule, 'id'> = {
  name: 'New critical or exploited findings',
  on: ['findings.judged'],
  where: { severityAtLeast: 'critical', kev: true, newOnly: true },
  channels: [],
  enabled: true,
};

/** And what it begins with for its hosts. Content for OpenSCAP knows nothing worse than `high`. */
export const endpointRules: readonly Omit<AlertRule, 'id'>[] = [
  forHosts('New critical signals', 'signals.raised', { severityAtLeast: 'critical' }),
  forHosts('Newly failing rules of high severity', 'benchmark.completed', { severityAtLeast: 'high', newOnly: true }),
  forHosts('Score drops of ten points', 'benchmark.completed', { scoreDrop: 10 }),
  forHosts('Silent hosts', 'host.silent', {}),
];

function forHosts(name: string, event: NameableEvent, where: RuleConditions): Omit<AlertRule, 'id'> {
  return { name, on: [event], where, channels: [], enabled: true };
}

/** The channels among these that a rule tells. */
export function channelsOf(rule: AlertRule, usable: ReadonlyMap<Uuid, unknown>): Uuid[] {
  return rule.channels.length === 0 ? [...usable.keys()] : rule.channels.filter((id) => usable.has(id));
}
