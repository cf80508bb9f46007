import type { changeClosedV1, changeReopenedV1, DataOf, Subject } from '@assay/contracts';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { Case } from '../cases/case.js';
import { CasesStore } from '../cases/cases.store.js';
import { ChangesStore } from './changes.store.js';
import { CloseCases } from './close-cases.service.js';
import { ReopenCase } from './reopen-case.service.js';

/** Closes the case of a change that was merged or abandoned, and opens it again when the forge says so. */
@Injectable()
export class EndChange {
  constructor(
    private readonly changes: ChangesStore,
    private readonly cases: CasesStore,
    private readonly closeCases: CloseCases,
    private readonly reopenCase: ReopenCase,
  ) {}

  async closed(tx: Transaction, said: DataOf<typeof changeClosedV1>): Promise<void> {
    const { as: closedAs, mergeCommitSha } = said;
    const [subject, at] = [subjectOf(said), new Date(said.at)];
    if (!(await this.changes.remember(tx, { subject, closedAs, at, mergeCommitSha }))) return;
    const kase = await this.lock(tx, subject);
    if (kase !== null) await this.closeCases.execute(tx, [{ case: kase, as: closedAs, since: at }]);
  }

  async reopened(tx: Transaction, said: DataOf<typeof changeReopenedV1>): Promise<void> {
    const [subject, at] = [subjectOf(said), new Date(said.at)];
    if (!(await this.changes.remember(tx, { subject, closedAs: null, at, mergeCommitSha: null }))) return;
    const kase = await this.lock(tx, subject);
    if (kase !== null && kase.closedAs !== null) await this.reopenCase.execute(tx, kase);
  }

  /** A CI job that names no provider means the same change; its case is taken where there is no other. */
  private async lock(tx: Transaction, subject: Extract<Subject, { kind: 'pr' }>): Promise<Case | null> {
    const kase = await this.cases.lockKnown(tx, subject);
    if (kase !== null || subject.provider === '') return kase;
    return this.cases.lockKnown(tx, { ...subject, provider: '' });
  }
}

function subjectOf(said: DataOf<typeof changeReopenedV1>): Extract<Subject, { kind: 'pr' }> {
  const { provider, org, repo, prId } = said;
  return { kind: 'pr', provider, org, repo, prId };
}
