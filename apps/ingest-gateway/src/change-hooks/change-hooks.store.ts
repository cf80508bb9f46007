import type { TenantSlug, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { ChangeHook } from './change-hook.js';

/** A hook with its secret, still sealed. */
export interface StoredHook extends ChangeHook {
  readonly sealedSecret: string;
}

const columns = `id, tenant, forge, provider, name, created_by as "createdBy", created_at as "createdAt",
  sealed_secret as "sealedSecret"`;

/** Hooks and what came through them. */
@Injectable()
export class ChangeHooksStore {
  async add(tx: Transaction, hook: StoredHook): Promise<void> {
    await tx.query(
      `insert into change_hooks (id, tenant, forge, provider, name, sealed_secret, created_by, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [hook.id, hook.tenant, hook.forge, hook.provider, hook.name, hook.sealedSecret, hook.createdBy, hook.createdAt],
    );
  }

  /** Newest first, older than `before`. */
  async list(tx: Transaction, limit: number, before: Uuid | null): Promise<ChangeHook[]> {
    return tx.query<ChangeHook>(
      `select ${columns} from change_hooks
        where tenant = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
      [tx.tenant, before, limit],
    );
  }

  /** The hook that was removed; null if there is none. What came through it is forgotten with it. */
  async remove(tx: Transaction, id: Uuid): Promise<ChangeHook | null> {
    const [hook] = await tx.query<ChangeHook>(`delete from change_hooks where id = $1 returning ${columns}`, [id]);
    return hook ?? null;
  }

  /** Needs a transaction across tenants: a forge does not say whose hook it is. */
  async find(tx: Transaction, id: Uuid): Promise<StoredHook | null> {
    const [hook] = await tx.query<StoredHook>(
      `select ${columns} from change_hooks h
        where id = $1 and exists (select from tenants t where t.slug = h.tenant and t.deleted_at is null)`,
      [id],
    );
    return hook ?? null;
  }

  /** Writes down a delivery. False if it came before, under whatever id: ids are not signed, bodies are. */
  async receive(
    tx: Transaction,
    delivery: { readonly tenant: TenantSlug; readonly hookId: Uuid; readonly id: string; readonly body: string },
  ): Promise<boolean> {
    const rows = await tx.query(
      `insert into change_deliveries (tenant, hook_id, body_digest, delivery_id, received_at) values ($1, $2, $3, $4, $5)
       on conflict do nothing returning 1`,
      [delivery.tenant, delivery.hookId, delivery.body, delivery.id, tx.now],
    );
    return rows.length > 0;
  }

  /** Forgets deliveries that no forge repeats any more. */
  async forget(tx: Transaction, until: Date): Promise<void> {
    await tx.query('delete from change_deliveries where received_at < $1', [until]);
  }
}
