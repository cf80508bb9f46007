import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { Credential } from '../../credentials/credential.js';

/** A credential as events tell of it. */
export type HostCredential = Pick<Credential, 'id' | 'kind' | 'role' | 'name'>;

const columns = 'id, kind, role, name';

/** Credentials that were made for a host, which go with it. */
@Injectable()
export class HostCredentialsStore {
  /** Revokes those that are still good, of one kind or of all. Gives them. */
  async revoke(tx: Transaction, hostId: Uuid, kind: Credential['kind'] | null): Promise<HostCredential[]> {
    return tx.query<HostCredential>(
      `update credentials set revoked_at = $3
        where tenant = $1 and host_id = $2 and revoked_at is null and ($4::text is null or kind = $4)
       returning ${columns}`,
      [tx.tenant, hostId, tx.now, kind],
    );
  }

  /** Lets those of a kind end at a moment, or earlier where that was said before. Gives them. */
  async endAt(tx: Transaction, hostId: Uuid, kind: Credential['kind'], at: Date): Promise<HostCredential[]> {
    return tx.query<HostCredential>(
      `update credentials set expires_at = least(expires_at, $4)
        where tenant = $1 and host_id = $2 and kind = $3 and revoked_at is null and (expires_at is null or expires_at > $5)
       returning ${columns}`,
      [tx.tenant, hostId, kind, at, tx.now],
    );
  }

  /** Those of these credentials, of hosts or not, that still open something. Needs a transaction across tenants. */
  async good(tx: Transaction, ids: readonly Uuid[]): Promise<Uuid[]> {
    const rows = await tx.query<{ id: Uuid }>(
      `select c.id from credentials c join tenants t on t.slug = c.tenant
        where c.id = any($1::uuid[]) and c.revoked_at is null and c.disabled_at is null and t.deleted_at is null
          and (c.expires_at is null or c.expires_at > $2)`,
      [ids, tx.now],
    );
    return rows.map(({ id }) => id);
  }

  /** Lets them speak for the host that theirs turned out to be. Gives them. */
  async move(tx: Transaction, from: readonly Uuid[], to: Uuid): Promise<HostCredential[]> {
    return tx.query<HostCredential>(
      `update credentials c set host_id = $3::uuid, scope = jsonb_set(c.scope, '{hosts}',
          (select jsonb_agg(case when h.id = c.host_id::text then $3::uuid::text else h.id end)
             from jsonb_array_elements_text(c.scope -> 'hosts') as h (id)))
        where c.tenant = $1 and c.host_id = any($2::uuid[]) and jsonb_typeof(c.scope -> 'hosts') = 'array'
       returning ${columns}`,
      [tx.tenant, from, to],
    );
  }
}
