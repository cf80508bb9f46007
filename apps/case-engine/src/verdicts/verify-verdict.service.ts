import { type VerdictPredicate, verdictStatement } from '@assay/contracts';
import { mayActOnRepository, type Principal } from '@assay/identity';
import { AssayError } from '@assay/kernel';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { CaseEngineErrorCode } from '../case-engine.errors.js';
import { JudgedToday, type Today } from './judged-today.service.js';
import { type VerdictDifference, differentAnswer } from './differences.js';
import { judgeAgain, pinnedRules } from './judge-again.js';
import { SignedVerdictsClient } from './signed-verdicts.client.js';
import { StoredEvidence } from './stored-evidence.service.js';

/** What is read of a DSSE envelope before anybody vouches for it. */
const envelopeShape = z.object({ payload: z.string() });

/** What became of a verdict. */
export interface VerifiedVerdict {
  /** Whether one of the tenant's keys has signed it. */
  readonly verified: boolean;
  readonly message: string;
  readonly keyId: string | null;
  readonly predicate: VerdictPredicate;
  /** Whether the same answer follows from what the statement names, all of which is still there. */
  readonly reproduced: boolean;
  readonly differences: readonly VerdictDifference[];
  /** What the answer would be by today's exceptions, policy and advisories; null where too little is left to say. */
  readonly today: Today | null;
}

/**
 * Checks a signed verdict: its signature, that every document is still what it was, that the same judgement follows from
 * what the statement names, and what would be judged today. That something differs is an answer, not an error.
 */
@Injectable()
export class VerifyVerdict {
  constructor(
    private readonly signed: SignedVerdictsClient,
    private readonly evidence: StoredEvidence,
    private readonly judgedToday: JudgedToday,
  ) {}

  /** @throws AssayError `cases.no-verdict` for what is no envelope of a verdict; `cases.out-of-scope` */
  async execute(caller: Principal, envelope: unknown): Promise<VerifiedVerdict> {
    const predicate = predicateIn(envelope);
    refuseOutOfScope(predicate, caller);
    const { verified, message, keyId } = await this.signed.check(caller, JSON.stringify(envelope));
    const ofTenant = predicate.tenant === caller.tenant;
    if (!verified || !ofTenant) {
      const why = ofTenant ? message : 'The verdict was given to another tenant.';
      return { ...unsigned(why), keyId, predicate };
    }
    const { differences, documents, baseline } = await this.evidence.of(caller.tenant, predicate);
    const again = documents && judgeAgain({ predicate, findings: documents, baseline }, pinnedRules(predicate));
    if (again !== null) differences.push(...differentAnswer(predicate.result, again.answer));
    return {
      verified,
      message,
      keyId,
      predicate,
      reproduced: again !== null && differences.length === 0,
      differences,
      today: documents && (await this.judgedToday.of(caller.tenant, { predicate, findings: documents, baseline })),
    };
  }
}

/** Nothing is read or judged for what anybody may have written: it could name documents of others, or one a thousand times. */
function unsigned(
  message: string,
): Pick<VerifiedVerdict, 'verified' | 'message' | 'reproduced' | 'differences' | 'today'> {
  return { verified: false, message, reproduced: false, differences: [{ what: 'signature', message }], today: null };
}

function predicateIn(envelope: unknown): VerdictPredicate {
  try {
    const { payload } = envelopeShape.parse(envelope);
    return verdictStatement.parse(JSON.parse(Buffer.from(payload, 'base64').toString('utf8'))).predicate;
  } catch (cause) {
    const code: CaseEngineErrorCode = 'cases.no-verdict';
    throw new AssayError('invalid', code, 'This is no DSSE envelope of a verdict', { cause });
  }
}

/** Who may act on some repositories only learns nothing of others, whatever envelope came to hand. */
function refuseOutOfScope({ subject }: VerdictPredicate, caller: Principal): void {
  if (caller.scope.repositories === null) return;
  if (subject !== null && 'repo' in subject && mayActOnRepository(caller, subject.org, subject.repo)) return;
  const code: CaseEngineErrorCode = 'cases.out-of-scope';
  throw new AssayError('forbidden', code, 'This credential may not ask about this repository');
}
