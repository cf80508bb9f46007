import type { Uuid } from '@assay/kernel';
import type { PackageIdentity } from '../matching/package-identity.js';
import { packageKeyOf } from '../matching/package-key.js';
import type { SbomComponent } from '../sboms/sbom.js';
import { derivedId } from '../vulnerabilities/derived-id.js';

/** A component as the inventory keeps it: once per tenant, wherever it occurs. */
export interface StoredComponent {
  /** Derived from purl, name and version, so that nobody has to ask the database for it. */
  readonly id: Uuid;
  readonly purl: string | null;
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly licenses: readonly string[];
  readonly identity: PackageIdentity | null;
  /** Under which key advisories name it; null if none could. */
  readonly packageKey: string | null;
}

/** The component of a document as the inventory keeps it. */
export function toStoredComponent(component: SbomComponent): StoredComponent {
  const { purl, name, version, type, licenses, identity } = component;
  const packageKey = identity === null ? null : packageKeyOf(identity.ecosystem, identity.name);
  return { id: derivedId('component', purl, name, version), purl, name, version, type, licenses, identity, packageKey };
}

/** Each component once, by id, which is also the order in which concurrent writers must take them. */
export function distinctComponents(components: Iterable<StoredComponent>): StoredComponent[] {
  const byId = new Map<Uuid, StoredComponent>();
  for (const component of components) if (!byId.has(component.id)) byId.set(component.id, component);
  return [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
