import type { AppliedException, Finding, Verdict, VerdictPredicate } from '@assay/contracts';
import type { Exception, Place } from '../exceptions/exception.js';
import { countsOf, judge, type Judged } from '../findings/judgement.js';
import { unionOf } from '../findings/union.js';
import { gateConditions } from '../gate/conditions/index.js';
import { decideGate } from '../gate/decide-gate.js';
import { type GatePolicy, readGatePolicy } from '../gate/gate-policy.js';

/** What of a verdict follows from findings, exceptions, baseline and policy. */
export type Answer = Pick<Verdict, 'gate' | 'verdict' | 'reasons' | 'newInThisChange' | 'counts'>;

/** What a statement's judgement is made from. */
export interface Judgeable {
  readonly predicate: VerdictPredicate;
  /** Of each document. */
  readonly findings: readonly (readonly Finding[])[];
  /** Of the baseline's documents; null where there was none. */
  readonly baseline: readonly (readonly Finding[])[] | null;
}

/** By which rules it is judged: those of the statement, or today's. */
export interface Rules {
  readonly exceptions: readonly Exception[];
  readonly policy: GatePolicy;
  readonly exclusionsRefused: boolean;
  readonly at: Date;
}

/** The judgement once more. The gate knows the conditions that the policy names, so that one added later changes no old verdict. */
export function judgeAgain(
  { predicate, findings, baseline }: Judgeable,
  { exceptions, policy, exclusionsRefused, at }: Rules,
): { readonly answer: Answer; readonly judged: readonly Judged[] } {
  const judged = judge(unionOf(findings), exceptions, placeIn(predicate), at);
  const known = baseline && new Set(baseline.flatMap((each) => each.map(({ key }) => key)));
  const conditions = gateConditions.filter(({ name }) => name in policy);
  const decision = decideGate(
    {
      policy,
      subject: predicate.subject,
      targetBranch: predicate.basis.targetBranch,
      judged,
      baseline: known,
      exclusionsRefused,
    },
    conditions,
  );
  return { answer: { ...decision, counts: countsOf(judged) }, judged };
}

/** The rules that the statement names. */
export function pinnedRules({ basis, policy, decidedAt }: VerdictPredicate): Rules {
  const named = readGatePolicy(policy);
  return {
    exceptions: basis.exceptions.map((each) => exceptionOf(each, new Date(decidedAt))),
    policy: Object.fromEntries(Object.entries(named).filter(([field]) => field in policy)) as GatePolicy,
    exclusionsRefused: basis.exclusionsRefused,
    at: new Date(decidedAt),
  };
}

/** Where the findings of the judged run lie. */
export function placeIn({ subject, basis: { imageName, imageVersions } }: VerdictPredicate): Place {
  return { subject, imageName, imageVersions };
}

/** An exception as a statement names it: enough to be applied, nothing of why. */
export function exceptionOf({ id, what, where, origin, expiresAt }: AppliedException, at: Date): Exception {
  return {
    id,
    what,
    where,
    origin,
    expiresAt: expiresAt === null ? null : new Date(expiresAt),
    grantedAt: at,
    grantedBy: '',
    reason: '',
    publicComment: null,
    privateComment: null,
    scopeNote: null,
    owner: null,
    approvedBy: null,
    justification: null,
  };
}
