import type { Principal } from '@assay/identity';
import { AssayError, newId } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { type CaseEngineErrorCode, notFound, wrongRequest } from '../case-engine.errors.js';
import { CasesStore } from '../cases/cases.store.js';
import { type Exception, type Scope, scopeKey } from './exception.js';
import { ExceptionPoliciesStore } from './exception-policies.store.js';
import { ExceptionsStore } from './exceptions.store.js';
import { type FileOf, ExclusionFilesStore } from './exclusion-files.store.js';
import { exceptionOfExclusion, type Exclusion, readExclusions } from './exclusions-file.js';
import { refuseOutOfScope } from './grant-exception.service.js';
import { RecordExceptions } from './record-exceptions.service.js';

/** Exceptions and the files that they come from. */
@Injectable()
export class ExclusionsOfRepositories {
  constructor(
    readonly exceptions: ExceptionsStore,
    readonly files: ExclusionFilesStore,
    readonly policies: ExceptionPoliciesStore,
  ) {}
}

/**
 * The exclusion file of a repository (PatchHound's): stored as a whole, in one transaction. What stands in it already stays
 * as it is, what is gone ends, what is new is granted; every case of that is judged anew before anybody sees the file.
 */
@Injectable()
export class StoreExclusionFile {
  constructor(
    private readonly transactions: Transactions,
    private readonly cases: CasesStore,
    private readonly known: ExclusionsOfRepositories,
    private readonly record: RecordExceptions,
  ) {}

  /**
   * The exclusions in the order in which they were stored.
   * @throws AssayError `cases.no-such-file` if none was ever stored, `cases.out-of-scope`
   */
  async read(of: FileOf, caller: Principal): Promise<readonly Exclusion[]> {
    refuseOutOfScope(scopeOf(of), caller);
    const found = await this.transactions.run(caller.tenant, (tx) => this.known.files.find(tx, of));
    if (found === null) throw notFound('cases.no-such-file', 'No exclusion file was stored for this repository');
    return found;
  }

  /**
   * @throws AssayError `cases.wrong-request` with one entry per wrong field; `cases.out-of-scope`; `cases.files-refused` for
   *   credentials of CI where the tenant does not want that
   */
  async store(of: FileOf, body: unknown, caller: Principal): Promise<readonly Exclusion[]> {
    const where = scopeOf(of);
    refuseOutOfScope(where, caller);
    const { items, errors } = readExclusions(body);
    if (errors.length > 0) throw wrongRequest(errors);
    const { tenant, actor } = caller;
    await this.transactions.run({ tenant, actor }, async (tx) => {
      const policy = await this.known.policies.read(tx);
      if (caller.role === 'ci' && !policy.ciMayStoreFiles) throw refused();
      await this.cases.lockJudging(tx);
      const standing = await this.known.exceptions.standing(tx, 'file', scopeKey(where));
      const wanted = new Map(items.map((item) => [contentOf(item), item]));
      const kept = new Set(standing.map((each) => contentOf(exclusionOf(each))));
      const fresh = [...wanted].filter(([content]) => !kept.has(content)).map(([, item]) => item);
      const groups = await this.known.exceptions.groupsOf(
        tx,
        fresh.map(({ id }) => id),
      );
      const granted = fresh.map((item) =>
        exceptionOfExclusion(item, {
          origin: 'file',
          where,
          by: actor,
          at: tx.now,
          id: newId(tx.now.getTime()),
          group: groups.get(item.id) ?? null,
        }),
      );
      const ended = standing.filter((each) => !wanted.has(contentOf(exclusionOf(each)))).map(({ id }) => id);
      await this.known.files.save(tx, of, items);
      const proposed = policy.approval === 'second-person';
      await this.record.execute(tx, { granted, ended, because: 'replaced', proposed });
    });
    return items;
  }
}

function scopeOf({ provider, org, repo }: FileOf): Scope {
  return { kind: 'repository', provider: provider || null, org: org || null, repo, image: null, purl: null };
}

/** What an exception of a file stood there as. */
function exclusionOf({ what, scopeNote, publicComment, privateComment }: Exception): Exclusion {
  return { id: what.id, scope: scopeNote, publicComment, privateComment };
}

function contentOf({ id, scope, publicComment, privateComment }: Exclusion): string {
  return JSON.stringify([id, scope, publicComment, privateComment]);
}

function refused(): AssayError<CaseEngineErrorCode> {
  return new AssayError('forbidden', 'cases.files-refused', 'This tenant takes no exclusion files from CI');
}
