import type { TenantSlug, Uuid } from '@assay/kernel';
import type { StoredComponent } from './stored-component.js';
import { BoundedMap } from '../vulnerabilities/bounded-map.js';
import { maxCachedComponents } from '../limits.js';

/** Which components are surely stored: those whose transaction has committed here. Not to know one costs an upsert. */
export class KnownComponents {
  readonly #known = new BoundedMap<true>(maxCachedComponents);

  /** Those that may not be stored yet. */
  unknownOf(tenant: TenantSlug, components: readonly StoredComponent[]): StoredComponent[] {
    return components.filter(({ id }) => this.#known.get(keyOf(tenant, id)) === undefined);
  }

  /** To be called after the commit. */
  remember(tenant: TenantSlug, components: readonly StoredComponent[]): void {
    for (const { id } of components) this.#known.set(keyOf(tenant, id), true);
  }
}

function keyOf(tenant: TenantSlug, id: Uuid): string {
  return `${tenant}/${id}`;
}
