import { mayActOnRepository, type Principal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { notFound } from '../case-engine.errors.js';
import { openVexOf, type OpenVexDocument } from './openvex-document.js';
import { StatedExceptionsStore } from './stated-exceptions.store.js';

/** What is excepted, as an OpenVEX document for others. */
@Injectable()
export class WriteOpenVex {
  constructor(
    private readonly transactions: Transactions,
    private readonly stated: StatedExceptionsStore,
  ) {}

  /** @throws AssayError `cases.nothing-excepted` where there is nothing to state */
  async execute(
    {
      repository,
      image,
    }: { readonly repository: { readonly org: string; readonly repo: string } | null; readonly image: string | null },
    caller: Principal,
  ): Promise<OpenVexDocument> {
    const of = { tenant: caller.tenant, repository, image };
    const document = await this.transactions.run(caller.tenant, async (tx) => {
      const found = await this.stated.find(tx, of);
      const visible = found.filter(
        ({ where }) => where.repo === null || mayActOnRepository(caller, where.org ?? '', where.repo),
      );
      return openVexOf(of, visible, await this.stated.revision(tx, of));
    });
    if (document !== null) return document;
    throw notFound(
      'cases.nothing-excepted',
      'No vulnerability is excepted there, and a VEX document needs a statement',
    );
  }
}
