import { systemActor } from '@assay/contracts';
import type { Scope } from '@assay/identity';
import type { TenantSlug, Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import type { Credential, TenantRelations } from './credential.js';

const columns = `c.id, c.tenant, c.kind, c.role, c.name, c.scope, c.platform_admin as "platformAdmin",
  c.expires_at as "expiresAt", c.created_by as "createdBy", c.created_at as "createdAt", c.revoked_at as "revokedAt", c.disabled_at as "disabledAt"`;

/** Credentials of every kind, by the keyed hash of their secret. */
export class CredentialsStore {
  /** @param hostId the host that it is made for, with which it goes */
  async add(tx: Transaction, credential: Credential, hash: string, hostId: Uuid | null = null): Promise<void> {
    await tx.query(
      `insert into credentials
         (id, tenant, kind, hash, role, name, scope, platform_admin, expires_at, created_by, created_at, host_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        credential.id,
        credential.tenant,
        credential.kind,
        hash,
        credential.role,
        credential.name,
        JSON.stringify(credential.scope),
        credential.platformAdmin,
        credential.expiresAt,
        credential.createdBy,
        credential.createdAt,
        hostId,
      ],
    );
  }

  /**
   * The credential with this hash and what its tenant is related to, or null. Needs a transaction across tenants: who
   * asks is not known before. Nothing but a hash of the whole secret finds a row.
   */
  async findByHash(tx: Transaction, hash: string): Promise<(Credential & TenantRelations) | null> {
    const rows = await tx.query<Credential & TenantRelations>(
      `select ${columns}, t.publisher,
              array(select slug from tenants where publisher = c.tenant and deleted_at is null order by slug) as customers
         from credentials c join tenants t on t.slug = c.tenant
        where c.hash = $1 and t.deleted_at is null`,
      [hash],
    );
    return rows[0] ?? null;
  }

  async findOfKind(tx: Transaction, kind: Credential['kind']): Promise<(Credential & { hash: string }) | null> {
    const rows = await tx.query<Credential & { hash: string }>(
      `select ${columns}, c.hash from credentials c where c.kind = $1 order by c.id desc limit 1`,
      [kind],
    );
    return rows[0] ?? null;
  }

  /** Of one kind and made by nobody but us, whether they still open anything or not. */
  async ofSystem(tx: Transaction, kind: Credential['kind']): Promise<(Credential & { hash: string })[]> {
    return tx.query<Credential & { hash: string }>(
      `select ${columns}, c.hash from credentials c where c.kind = $1 and c.created_by = $2`,
      [kind, systemActor],
    );
  }

  /** True if there is a credential with this hash, or was one, of whatever tenant. Needs a transaction across tenants. */
  async isKnown(tx: Transaction, hash: string): Promise<boolean> {
    return (await tx.query('select 1 from credentials where hash = $1', [hash])).length > 0;
  }

  async find(tx: Transaction, id: Uuid): Promise<Credential | null> {
    const rows = await tx.query<Credential>(`select ${columns} from credentials c where c.tenant = $1 and c.id = $2`, [
      tx.tenant,
      id,
    ]);
    return rows[0] ?? null;
  }

  /** Changes for what a key is good; null if there is none, or it was revoked. */
  async change(tx: Transaction, id: Uuid, scope: Scope): Promise<Credential | null> {
    const rows = await tx.query<Credential>(
      `update credentials c set scope = $2 where c.id = $1 and c.revoked_at is null returning ${columns}`,
      [id, JSON.stringify(scope)],
    );
    return rows[0] ?? null;
  }

  /** Newest first, older than `before`. */
  async list(tx: Transaction, limit: number, before: Uuid | null): Promise<Credential[]> {
    return tx.query<Credential>(
      `select ${columns} from credentials c
        where c.tenant = $1 and ($2::uuid is null or c.id < $2) order by c.id desc limit $3`,
      [tx.tenant, before, limit],
    );
  }

  async count(tx: Transaction): Promise<number> {
    const rows = await tx.query<{ count: number }>('select count(*)::int as count from credentials where tenant = $1', [
      tx.tenant,
    ]);
    return rows[0]?.count ?? 0;
  }

  /** The credential as it was revoked now; null if there is none, or it was revoked before. */
  async revoke(tx: Transaction, id: Uuid): Promise<Credential | null> {
    const rows = await tx.query<Credential>(
      `update credentials c set revoked_at = $2 where c.id = $1 and c.revoked_at is null returning ${columns}`,
      [id, tx.now],
    );
    return rows[0] ?? null;
  }

  async revokeAllOf(tx: Transaction, tenant: TenantSlug): Promise<Credential[]> {
    return tx.query<Credential>(
      `update credentials c set revoked_at = $2 where c.tenant = $1 and c.revoked_at is null returning ${columns}`,
      [tenant, tx.now],
    );
  }
}
