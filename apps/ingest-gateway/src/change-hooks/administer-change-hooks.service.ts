import { randomBytes } from 'node:crypto';
import { changeHookChangedV1 } from '@assay/contracts';
import { type Principal, TextSeal } from '@assay/identity';
import { newId, type Uuid } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { conflict, notFound } from '../ingest-gateway.errors.js';
import { limits } from '../limits.js';
import type { ChangeHook, Forge } from './change-hook.js';
import { CHANGE_HOOK_SEAL } from './change-hooks.tokens.js';
import { ChangeHooksStore } from './change-hooks.store.js';

export interface NewChangeHook {
  readonly forge: Forge;
  readonly provider: string;
  readonly name: string;
  /** The forge's own, where it makes one (GitLab's signing token); else we make it. */
  readonly secret: string | null;
}

/** Hooks of the caller's tenant: made, listed, removed. A secret is shown once, to whoever makes the hook. */
@Injectable()
export class AdministerChangeHooks {
  constructor(
    private readonly transactions: Transactions,
    private readonly hooks: ChangeHooksStore,
    @Inject(CHANGE_HOOK_SEAL) private readonly seal: TextSeal,
  ) {}

  /** @throws AssayError `change-hooks.too-many` */
  async make(wanted: NewChangeHook, { tenant, actor }: Principal): Promise<{ hook: ChangeHook; secret: string }> {
    const secret = wanted.secret ?? randomBytes(limits.changeHookSecretBytes).toString('base64url');
    const { forge, provider, name } = wanted;
    return this.transactions.run({ tenant, actor }, async (tx) => {
      if ((await this.hooks.list(tx, limits.changeHooksPerTenant, null)).length >= limits.changeHooksPerTenant) {
        throw conflict('change-hooks.too-many', `A tenant has ${limits.changeHooksPerTenant} hooks at most.`);
      }
      const id = newId();
      const hook = { id, tenant, forge, provider, name, createdBy: actor, createdAt: tx.now };
      await this.hooks.add(tx, { ...hook, sealedSecret: this.seal.seal(secret, id) });
      tx.publish(changeHookChangedV1, { hookId: id, change: 'created', forge, provider, name }, { subject: id });
      return { hook, secret };
    });
  }

  async list({ tenant }: Principal, limit: number, before: Uuid | null): Promise<ChangeHook[]> {
    return this.transactions.run(tenant, (tx) => this.hooks.list(tx, limit, before));
  }

  /** @throws AssayError `change-hooks.unknown`, also for another tenant's */
  async remove(id: Uuid, { tenant, actor }: Principal): Promise<void> {
    await this.transactions.run({ tenant, actor }, async (tx) => {
      const hook = await this.hooks.remove(tx, id);
      if (hook === null) throw notFound('change-hooks.unknown', 'There is no such hook.');
      const { forge, provider, name } = hook;
      tx.publish(changeHookChangedV1, { hookId: id, change: 'removed', forge, provider, name }, { subject: id });
    });
  }
}
