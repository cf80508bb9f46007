import type { Uuid } from '@assay/kernel';
import type { NotableEvent, NotableFinding } from '../alerts/notable-event.js';
import { isWithin, type PlacePatterns } from '../rules/rule-matching.policy.js';

/** What a silence covers; all that is given must hold. With nothing given it covers everything. */
export interface SilenceScope extends PlacePatterns {
  readonly rule?: Uuid | undefined;
  /** Id of a vulnerability or of a tool's rule. */
  readonly vulnerability?: string | undefined;
}

/** A time in which alerts are kept and nobody is told. */
export interface Silence {
  readonly id: Uuid;
  readonly name: string;
  readonly scope: SilenceScope;
  readonly startsAt: Date;
  /** Exclusive. */
  readonly endsAt: Date;
}

/** What is left to tell, or the silence that left nothing. */
export type Hush =
  | { readonly silencedBy: null; readonly findings: readonly NotableFinding[] }
  | { readonly silencedBy: Uuid; readonly findings: readonly NotableFinding[] };

/** Takes out the findings that silences cover. An alert is silenced when nothing of it is left to tell. */
export function hush(
  silences: readonly Silence[],
  event: NotableEvent,
  rule: Uuid,
  findings: readonly NotableFinding[],
  now: Date,
): Hush {
  const inForce = silences.filter(
    ({ startsAt, endsAt, scope }) =>
      startsAt <= now &&
      now < endsAt &&
      (scope.rule ?? rule) === rule &&
      isWithin(scope, event.subject, event.hostNames),
  );
  const [whole] = inForce.filter(({ scope }) => scope.vulnerability === undefined);
  if (whole !== undefined) return { silencedBy: whole.id, findings };
  if (findings.length === 0) return { silencedBy: null, findings };
  const hushed = new Map(inForce.map(({ id, scope }) => [scope.vulnerability, id]));
  const left = findings.filter(({ vulnerabilityId }) => !hushed.has(vulnerabilityId));
  if (left.length > 0) return { silencedBy: null, findings: left };
  return { silencedBy: hushed.get(findings[0]!.vulnerabilityId)!, findings };
}
