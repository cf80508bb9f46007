import { mayActOnRepository, type Principal } from '@assay/identity';
import type { Uuid } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { type Page, pageOf } from '@assay/service-host';
import { Injectable } from '@nestjs/common';
import { notFound } from '../case-engine.errors.js';
import { type ExceptionFilter, ExceptionsStore, type ListedException } from './exceptions.store.js';

/** The tenant's exceptions, newest first, those that have ended too. */
@Injectable()
export class ListExceptions {
  constructor(
    private readonly transactions: Transactions,
    private readonly exceptions: ExceptionsStore,
  ) {}

  /** A credential that is limited to repositories sees what may cover something in them. */
  async execute(
    caller: Principal,
    filter: ExceptionFilter,
    query: { readonly limit: number; readonly before: Uuid | null; readonly count: boolean },
  ): Promise<Page<ListedException>> {
    return this.transactions.run(caller.tenant, async (tx) => {
      const rows = await this.exceptions.list(tx, filter, query.limit + 1, query.before);
      const page = pageOf(rows, query.limit, ({ id }) => id);
      const items = page.items.filter((each) => maySee(caller, each));
      return { ...page, items, ...(query.count ? { total: await this.exceptions.count(tx, filter) } : {}) };
    });
  }

  /** @throws AssayError `cases.no-such-exception`, also for one that the caller may not see */
  async one(caller: Principal, id: Uuid): Promise<ListedException> {
    const found = await this.transactions.run(caller.tenant, (tx) => this.exceptions.find(tx, id));
    if (found !== null && maySee(caller, found)) return found;
    throw notFound('cases.no-such-exception', 'There is no such exception');
  }
}

function maySee(caller: Principal, { where }: ListedException): boolean {
  return where.repo === null || mayActOnRepository(caller, where.org ?? '', where.repo);
}
