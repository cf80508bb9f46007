import type { ComplianceMode, DataOf, hostChangedV1 } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import type { TenantSlug, Uuid } from '@assay/kernel';

/** An id that others know a host by. */
export type ExternalHostId = DataOf<typeof hostChangedV1>['host']['externalIds'][number];

/** A host as the gateway knows it: what it needs while compliance is away. */
export interface AgentHost {
  readonly hostId: Uuid;
  readonly tenant: TenantSlug;
  /** Null for a host without an agent of PatchMon. */
  readonly apiId: string | null;
  readonly hostname: string;
  readonly friendlyName: string;
  readonly externalIds: readonly ExternalHostId[];
  readonly groups: readonly string[];
  /** Who may see it beside admins; empty for everybody of the tenant. */
  readonly tenantUsers: readonly string[];
  readonly complianceMode: ComplianceMode;
  readonly openscap: boolean;
  readonly dockerBench: boolean;
  readonly docker: boolean;
  /** Compliance's; 0 for what the enrolment said. */
  readonly version: number;
  readonly removed: boolean;
}

/** The host after compliance said so. */
export function agentHostOf(
  tenant: TenantSlug,
  version: number,
  { host, complianceMode, openscap, dockerBench, docker, tenantUsers, removed }: DataOf<typeof hostChangedV1>,
): AgentHost {
  const { hostId, hostname, friendlyName, externalIds, groups } = host;
  const apiId = externalIds.findLast(({ dialect }) => dialect === 'patchmon')?.id ?? null;
  const settings = { complianceMode, openscap, dockerBench, docker, tenantUsers };
  return { hostId, tenant, apiId, hostname, friendlyName, externalIds, groups, ...settings, version, removed };
}

/**
 * True if the caller may see the host: one of its ids, its name or one of its groups (`group:<name>`) is in the caller's
 * scope, and it is one of the users that the host is shown to. Admins see every host that their scope reaches.
 */
export function maySeeHost(
  { role, scope, actor, name }: Pick<Principal, 'role' | 'scope' | 'actor' | 'name'>,
  host: Pick<AgentHost, 'hostId' | 'hostname' | 'externalIds' | 'groups' | 'tenantUsers'>,
): boolean {
  const names = [host.hostId, host.hostname, ...host.externalIds.map(({ id }) => id), ...groupScopes(host.groups)];
  if (scope.hosts !== null && !names.some((each) => scope.hosts?.includes(each))) return false;
  if (role === 'admin' || host.tenantUsers.length === 0) return true;
  return host.tenantUsers.includes(actor) || (name !== undefined && host.tenantUsers.includes(name));
}

function groupScopes(groups: readonly string[]): string[] {
  return groups.map((group) => `group:${group}`);
}
