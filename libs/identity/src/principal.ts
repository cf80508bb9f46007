import { type TenantSlug, type Uuid } from '@assay/kernel';
import { z } from 'zod';
import { matchesRepository } from './repository-pattern.js';

/** The roles that a person's or a machine's credential can have. */
export const credentialRoles = ['admin', 'analyst', 'ci', 'agent', 'viewer'] as const;
export type CredentialRole = (typeof credentialRoles)[number];

/** Every role: `service` is one service of ours that asks another; no credential has it. */
export const roles = [...credentialRoles, 'service'] as const;
export type Role = (typeof roles)[number];

/** Who acts, as it stands in events and in the audit log. */
export type Actor = `key:${string}` | `user:${string}` | `service:${string}`;

const actor = z.custom<Actor>((value) => typeof value === 'string' && /^(key|user|service):.+$/s.test(value));

/** The wire form of a principal, checked strictly: an identity with a field we do not know is not ours. */
export const principalSchema = z.strictObject({
  tenant: z.string(),
  actor,
  role: z.enum(roles),
  platformAdmin: z.boolean(),
  scope: z.strictObject({ repositories: z.array(z.string()).nullable(), hosts: z.array(z.string()).nullable() }),
  publisher: z.string().nullable(),
  customers: z.array(z.string()),
  credentialId: z.string().nullable(),
  name: z.string().optional(),
});

/** What a credential is limited to; null is no limit, an empty list allows nothing. */
export interface Scope {
  /** Patterns of `org/repo`: `acme/api`, `acme/*`, `acme/**`, as `matchesRepository` reads them. */
  readonly repositories: readonly string[] | null;
  /** Ids of hosts. */
  readonly hosts: readonly string[] | null;
}

/** Who asks, for which tenant, with which rights. It comes from a credential, never from a body. */
export interface Principal {
  readonly tenant: TenantSlug;
  readonly actor: Actor;
  readonly role: Role;
  /** May create tenants and act for one with `X-Tenant`. */
  readonly platformAdmin: boolean;
  readonly scope: Scope;
  /** The publisher tenant that this tenant belongs to (semantics §8). */
  readonly publisher: TenantSlug | null;
  /** The tenants that belong to this one, which is then a publisher. */
  readonly customers: readonly TenantSlug[];
  readonly credentialId: Uuid | null;
  /** What the credential is called by those who made it: where a host says who may see it, this name may stand. */
  readonly name?: string | undefined;
}

const unlimited: Scope = { repositories: null, hosts: null };

/** The principal of one of our services that acts for `tenant`: no limits, and only where a route allows `service`. */
export function servicePrincipal(service: string, tenant: TenantSlug): Principal {
  return {
    tenant,
    actor: `service:${service}`,
    role: 'service',
    platformAdmin: false,
    scope: unlimited,
    publisher: null,
    customers: [],
    credentialId: null,
  };
}

/** True if the principal's scope covers the repository. An empty `org` leaves the name alone to match. */
export function mayActOnRepository(principal: Principal, org: string, repo: string): boolean {
  const { repositories } = principal.scope;
  if (repositories === null) return true;
  const name = org === '' ? repo : `${org}/${repo}`;
  return repositories.some((pattern) => matchesRepository(pattern, name));
}

/** True if the principal's scope covers the host. */
export function mayActOnHost(principal: Principal, hostId: string): boolean {
  return principal.scope.hosts === null || principal.scope.hosts.includes(hostId);
}
