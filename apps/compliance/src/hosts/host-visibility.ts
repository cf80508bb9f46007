import type { Principal } from '@assay/identity';
import type { Host } from './host.js';

/** What limits the hosts that a caller sees: two parameters for `visibleHosts`. Null is no limit. */
export interface HostVisibility {
  /** Ids of ours, external ids, host names in lower case, and `group:<name>`: one of a host's must be among them. */
  readonly scope: readonly string[] | null;
  /** What the caller is called where a host says who may see it. */
  readonly names: readonly string[] | null;
}

/** Everything: for services of ours, which ask for somebody whom they have checked, and for work without a caller. */
export const everyHost: HostVisibility = { scope: null, names: null };

/**
 * What a caller may see. The scope of a credential limits everybody; a host's list of users limits all but admins and our
 * own services. An agent sees the hosts that it speaks for, whoever else may look at them.
 */
export function visibilityOf({ role, actor, scope, credentialId, name }: Principal): HostVisibility {
  const hosts = scope.hosts === null ? null : [...scope.hosts, ...scope.hosts.map((id) => id.toLowerCase())];
  const unlisted = role === 'admin' || role === 'service' || (role === 'agent' && scope.hosts !== null);
  const names = [actor, actor.slice(actor.indexOf(':') + 1), credentialId, name];
  return { scope: hosts, names: unlisted ? null : names.filter((known) => typeof known === 'string') };
}

/**
 * SQL that is true for hosts (table or alias `h`) which the caller may see; `scope` and `names` are the placeholders of
 * `HostVisibility`'s two lists, e.g. `visibleHosts('$2', '$3')`. For constant texts of statements only.
 */
export function visibleHosts(scope: `$${number}`, names: `$${number}`): string {
  return `(${scope}::text[] is null or h.id::text = any(${scope}) or h.name = any(${scope})
      or exists (select 1 from unnest(h.groups) g where 'group:' || g = any(${scope}))
      or exists (select 1 from host_ids i where i.tenant = h.tenant and i.host_id = h.id and i.id = any(${scope}))
      or exists (select 1 from hosts j where j.tenant = h.tenant and j.joined_into = h.id and j.id::text = any(${scope})))
    and (${names}::text[] is null or h.tenant_users = '{}' or h.tenant_users && ${names})`;
}

/** The same of a host that is at hand. */
export function isVisible(host: Host, { scope, names }: HostVisibility): boolean {
  const known = [
    host.id,
    host.hostname.toLowerCase(),
    ...host.groups.map((group) => `group:${group}`),
    ...host.externalIds.map(({ id }) => id),
  ];
  const inScope = scope === null || known.some((id) => scope.includes(id));
  const listed =
    names === null || host.tenantUsers.length === 0 || host.tenantUsers.some((user) => names.includes(user));
  return inScope && listed;
}
