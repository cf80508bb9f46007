import { type Actor, type CredentialRole, matchesRepository, type Principal, type Scope } from '@assay/identity';
import type { TenantSlug, Uuid } from '@assay/kernel';

/**
 * What a credential may be: a key of the API, the one that the first start makes, a token key of PatchHound, a key of
 * Santamon's agents, or the pair of a PatchMon agent.
 */
export type CredentialKind = 'api-key' | 'first-admin-key' | 'patchhound' | 'santamon' | 'patchmon';

/** A credential without its secret, of which only a keyed hash is stored. */
export interface Credential {
  readonly id: Uuid;
  readonly tenant: TenantSlug;
  readonly kind: CredentialKind;
  readonly role: CredentialRole;
  readonly name: string;
  readonly scope: Scope;
  readonly platformAdmin: boolean;
  readonly expiresAt: Date | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
  /** Set while it is switched off, which unlike revoking can be undone. */
  readonly disabledAt: Date | null;
}

/** The relations of a tenant that its principals carry. */
export interface TenantRelations {
  readonly publisher: TenantSlug | null;
  readonly customers: readonly TenantSlug[];
}

/** Without limits. */
export const everything: Scope = { repositories: null, hosts: null };

/** True if the credential opens anything at `now`. Expiry is exclusive. */
export function isGood(
  { expiresAt, revokedAt, disabledAt }: Pick<Credential, 'expiresAt' | 'revokedAt' | 'disabledAt'>,
  now: Date,
): boolean {
  return revokedAt === null && disabledAt === null && (expiresAt === null || now < expiresAt);
}

/** Who acts with this credential. */
export function principalOfCredential(credential: Credential, relations: TenantRelations): Principal {
  return {
    tenant: credential.tenant,
    actor: actorOf(credential.id),
    role: credential.role,
    platformAdmin: credential.platformAdmin,
    scope: credential.scope,
    publisher: relations.publisher,
    customers: relations.customers,
    credentialId: credential.id,
    name: credential.name,
  };
}

export function actorOf(credentialId: Uuid): Actor {
  return `key:${credentialId}`;
}

/** What somebody wants a new key to be able to do. */
export interface WantedRights {
  readonly platformAdmin: boolean;
  readonly scope: Scope;
}

/** True if nobody can do more with the new key than its maker could without it. */
export function mayGrant(maker: Principal, { platformAdmin, scope }: WantedRights): boolean {
  if (platformAdmin && !maker.platformAdmin) return false;
  return (
    within(scope.repositories, maker.scope.repositories, covers) &&
    within(scope.hosts, maker.scope.hosts, (own, wanted) => own === wanted)
  );
}

function within(
  wanted: readonly string[] | null,
  own: readonly string[] | null,
  matches: (own: string, wanted: string) => boolean,
): boolean {
  if (own === null) return true;
  return wanted !== null && wanted.every((each) => own.some((limit) => matches(limit, each)));
}

/** A pattern is covered by the same pattern; a plain name by any pattern that matches it. In doubt it is not covered. */
function covers(own: string, wanted: string): boolean {
  return own === wanted || (!wanted.includes('*') && matchesRepository(own, wanted));
}
