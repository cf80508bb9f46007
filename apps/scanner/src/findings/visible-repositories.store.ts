import { mayActOnRepository, type Principal } from '@assay/identity';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';

/** A repository as subjects name it. */
export interface Repository {
  readonly org: string;
  readonly repo: string;
}

/** Which repositories a credential may see, by the same rule that decides where it may send to. */
@Injectable()
export class VisibleRepositoriesStore {
  /** Null if the credential has no limits. */
  async of(tx: Transaction, caller: Principal): Promise<Repository[] | null> {
    if (caller.scope.repositories === null) return null;
    const all = await tx.query<Repository>(
      'select distinct org, repo from subjects where tenant = $1 and repo is not null',
      [tx.tenant],
    );
    return all.filter(({ org, repo }) => mayActOnRepository(caller, org, repo));
  }
}
