import type { Finding } from '@assay/contracts';
import type { TenantSlug } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { scopeKeysOf } from '../exceptions/exception.js';
import { ReadFindings } from '../findings/read-findings.service.js';
import { policyNamesOf } from '../gate/gate-policy.js';
import { type Docket, findingsRefOf } from '../runs/docket.js';
import { DocketStore, docketOf } from '../runs/docket.store.js';
import {
  differentAnswer,
  differentExceptions,
  differentFindings,
  differentPolicy,
  type VerdictDifference,
} from './differences.js';
import { type Answer, exceptionOf, judgeAgain, type Judgeable, placeIn, type Rules } from './judge-again.js';

/** What would be judged today. */
export interface Today extends Answer {
  readonly differences: readonly VerdictDifference[];
}

/**
 * The judgement of a verdict's documents by today's exceptions, policy and advisories: the baseline stays the one that was
 * pinned. Exceptions that came with the run are part of it still, as long as the policy lets them.
 */
@Injectable()
export class JudgedToday {
  constructor(
    private readonly transactions: Transactions,
    private readonly dockets: DocketStore,
    private readonly readFindings: ReadFindings,
  ) {}

  async of(tenant: TenantSlug, { predicate, findings, baseline }: Judgeable): Promise<Today> {
    const { subject, result, basis } = predicate;
    const place = placeIn(predicate);
    const { docket, at } = await this.transactions.run(tenant, async (tx) => {
      const needs = { runIds: [result.runId], scopeKeys: scopeKeysOf(place), policyNames: policyNamesOf(subject) };
      return { docket: await this.dockets.load(tx, docketOf([needs])), at: tx.now };
    });
    const policy = docket.policyFor(subject);
    const own = basis.exceptions.filter(({ origin }) => origin === 'ci');
    const refused = policy.ciExclusions === 'refuse' && (own.length > 0 || basis.exclusionsRefused);
    const sent = refused ? [] : own.map((each) => exceptionOf(each, new Date(predicate.decidedAt)));
    const rules: Rules = {
      exceptions: [...docket.exceptionsFor(place), ...sent],
      policy,
      exclusionsRefused: refused,
      at,
    };
    const now = await this.findingsNow(tenant, predicate, findings, docket);
    const { answer, judged } = judgeAgain({ predicate, findings: now, baseline }, rules);
    const used = new Set(judged.map(({ exceptionId }) => exceptionId));
    const inForce = new Set(rules.exceptions.map(({ id }) => id));
    return {
      ...answer,
      differences: [
        ...differentFindings(findings.flat(), now.flat()),
        ...differentExceptions(
          basis.exceptions,
          rules.exceptions.filter(({ id }) => used.has(id)),
          inForce,
        ),
        ...differentPolicy(predicate.policy, policy),
        ...differentAnswer(result, answer),
      ],
    };
  }

  /** What is found in the same documents by now: advisories may have changed it for those that are monitored. */
  private async findingsNow(
    tenant: TenantSlug,
    { documents, result }: Judgeable['predicate'],
    then: readonly (readonly Finding[])[],
    docket: Docket,
  ): Promise<(readonly Finding[])[]> {
    const known = docket.runOfId(result.runId)?.run.documents ?? [];
    return Promise.all(
      documents.map(async ({ document, tool, target }, index) => {
        const same = known.find(
          (each) => each.documentDigest === document && each.tool === tool && each.target === target,
        );
        return same === undefined ? then[index]! : this.readFindings.execute(tenant, findingsRefOf(same));
      }),
    );
  }
}
