import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import type { Credential } from '../../credentials/credential.js';

/** A token key as the list shows it. */
export interface ListedTokenKey {
  /** The mask, as the secret is not kept. */
  readonly name: string;
  readonly organization: string;
  readonly expiresAt: Date;
  readonly disabledAt: Date | null;
}

/** What is known of a token key that was shown, with the organization's name. */
export interface PresentedTokenKey extends Credential {
  readonly organization: string;
}

const changed = 'id, tenant, kind, role, name';
type Changed = Pick<Credential, 'id' | 'tenant' | 'kind' | 'role' | 'name'>;

/** Token keys among the credentials. All of it needs a transaction across tenants: they are asked for by whoever they let in. */
export class TokenKeysStore {
  async list(tx: Transaction, limit: number): Promise<ListedTokenKey[]> {
    return tx.query<ListedTokenKey>(
      `select c.name, t.display_name as organization, c.expires_at as "expiresAt", c.disabled_at as "disabledAt"
         from credentials c join tenants t on t.slug = c.tenant
        where c.kind = 'patchhound' and c.revoked_at is null and t.deleted_at is null
        order by c.id limit $1`,
      [limit],
    );
  }

  /** The name of the tenant of a credential. */
  async organizationOf(tx: Transaction, tenant: string): Promise<string> {
    const rows = await tx.query<{ name: string }>('select display_name as name from tenants where slug = $1', [tenant]);
    return rows[0]?.name ?? tenant;
  }

  /** Switches a key off or on; null if there is none with this hash, or it is so already. */
  async switch(tx: Transaction, hash: string, enabled: boolean): Promise<Changed | null> {
    const rows = await tx.query<Changed>(
      `update credentials set disabled_at = case when $2 then null else $3::timestamptz end
        where hash = $1 and kind = 'patchhound' and revoked_at is null and (disabled_at is null) <> $2
        returning ${changed}`,
      [hash, enabled, tx.now],
    );
    return rows[0] ?? null;
  }

  /** The id of a key that is still there. */
  async idOf(tx: Transaction, hash: string): Promise<Uuid | null> {
    const rows = await tx.query<{ id: Uuid }>(
      `select id from credentials where hash = $1 and kind = 'patchhound' and revoked_at is null`,
      [hash],
    );
    return rows[0]?.id ?? null;
  }

  /** The slug of the tenant with this display name, in force or not. */
  async tenantNamed(tx: Transaction, displayName: string): Promise<{ slug: string; isDeleted: boolean } | null> {
    const rows = await tx.query<{ slug: string; isDeleted: boolean }>(
      'select slug, deleted_at is not null as "isDeleted" from tenants where display_name = $1',
      [displayName],
    );
    return rows[0] ?? null;
  }
}
