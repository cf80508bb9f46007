import type { Heartbeat } from '@assay/contracts';
import type { TenantSlug } from '@assay/kernel';

/** The newest heartbeat of each agent, of so many agents of each tenant. */
export class NewestHeartbeats {
  private byTenant = new Map<TenantSlug, Map<string, Heartbeat>>();

  constructor(private readonly maxAgents: number) {}

  /** Beyond the most agents the one that has waited longest gives way: it says the same again soon. */
  add(tenant: TenantSlug, heartbeat: Heartbeat): void {
    const agents = this.agentsOf(tenant);
    const key = keyOf(heartbeat);
    agents.delete(key);
    const [oldest] = agents.keys();
    if (agents.size >= this.maxAgents && oldest !== undefined) agents.delete(oldest);
    agents.set(key, heartbeat);
  }

  /** Only where nothing newer has come meanwhile. */
  putBack(tenant: TenantSlug, heartbeat: Heartbeat): void {
    const agents = this.agentsOf(tenant);
    const key = keyOf(heartbeat);
    if (!agents.has(key) && agents.size < this.maxAgents) agents.set(key, heartbeat);
  }

  takeAll(): Map<TenantSlug, Heartbeat[]> {
    const taken = this.byTenant;
    this.byTenant = new Map();
    return new Map([...taken].map(([tenant, agents]) => [tenant, [...agents.values()]]));
  }

  private agentsOf(tenant: TenantSlug): Map<string, Heartbeat> {
    const known = this.byTenant.get(tenant);
    if (known !== undefined) return known;
    const agents = new Map<string, Heartbeat>();
    this.byTenant.set(tenant, agents);
    return agents;
  }
}

function keyOf({ dialect, id }: Heartbeat): string {
  return `${dialect} ${id}`;
}
