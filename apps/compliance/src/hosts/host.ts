import type { ComplianceMode, DataOf, HostDialect, HostRef, hostChangedV1 } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';

/** An id by which somebody else knows a host. */
export interface ExternalHostId {
  readonly dialect: HostDialect;
  readonly id: string;
}

/** A host: one machine, however many agents and ids it has (`semantics.md` §11). */
export interface Host {
  readonly id: Uuid;
  readonly hostname: string;
  readonly friendlyName: string;
  readonly machineId: string | null;
  /** PatchMon's id of it, if it was enrolled for that. */
  readonly apiId: string | null;
  readonly complianceMode: ComplianceMode;
  readonly openscap: boolean;
  readonly dockerBench: boolean;
  readonly docker: boolean;
  readonly groups: readonly string[];
  /** Who may see it, beside admins; empty means everybody of the tenant. */
  readonly tenantUsers: readonly string[];
  readonly agentVersion: string | null;
  readonly complianceHash: string | null;
  /** `{ family, name, version }` as its agent said. */
  readonly osInfo: Readonly<Record<string, unknown>> | null;
  readonly firstSeenAt: Date | null;
  readonly lastSeenAt: Date | null;
  readonly silentSince: Date | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly removedAt: Date | null;
  readonly externalIds: readonly ExternalHostId[];
}

/** The host as events and other capabilities name it. */
export function hostRefOf({ id, hostname, friendlyName, externalIds, groups }: Host): HostRef {
  return { hostId: id, hostname, friendlyName, externalIds: [...externalIds], groups: [...groups] };
}

/** What `host.changed` says of it. `joined` are hosts that turned out to be this one. */
export function hostChangedOf(host: Host, joined: readonly Uuid[] = []): DataOf<typeof hostChangedV1> {
  const { complianceMode, openscap, dockerBench, docker, tenantUsers, removedAt } = host;
  return {
    host: hostRefOf(host),
    joined: [...joined],
    complianceMode,
    openscap,
    dockerBench,
    docker,
    tenantUsers: [...tenantUsers],
    removed: removedAt !== null,
  };
}
