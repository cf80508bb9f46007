import { mayActOnRepository, type Principal } from '@assay/identity';
import type { Uuid } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { type Page, pageOf } from '@assay/service-host';
import { Injectable } from '@nestjs/common';
import { ExceptionsStore, type ListedException } from './exceptions.store.js';

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
    query: { readonly limit: number; readonly before: Uuid | null; readonly count: boolean },
  ): Promise<Page<ListedException>> {
    return this.transactions.run(caller.tenant, async (tx) => {
      const rows = await this.exceptions.list(tx, query.limit + 1, query.before);
      const page = pageOf(rows, query.limit, ({ id }) => id);
      const items = page.items.filter(
        ({ where }) => where.repo === null || mayActOnRepository(caller, where.org ?? '', where.repo),
      );
      return { ...page, items, ...(query.count ? { total: await this.exceptions.count(tx) } : {}) };
    });
  }
}
