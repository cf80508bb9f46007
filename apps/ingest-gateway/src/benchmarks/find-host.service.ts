import type { Principal } from '@assay/identity';
import { isUuid, type Uuid } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { type AgentHost, maySeeHost } from '../agents/hosts/agent-host.js';
import { AgentHostsStore } from '../agents/hosts/agent-hosts.store.js';
import { conflict, forbidden, notFound } from '../ingest-gateway.errors.js';
import { KnownHostsStore } from './known-hosts.store.js';

/** Whose results a document holds. */
export interface FoundHost {
  /** Null for a host that is not known yet. */
  readonly id: Uuid | null;
  /** What the caller or the document calls it. */
  readonly name: string | null;
}

/** Finds the host that a caller or a document means, among those that the caller may speak for. */
@Injectable()
export class FindHost {
  constructor(
    private readonly transactions: Transactions,
    private readonly hosts: AgentHostsStore,
    private readonly known: KnownHostsStore,
  ) {}

  /** Null for a host that is not known here, or was removed. */
  async byId(caller: Principal, hostId: Uuid): Promise<AgentHost | null> {
    return this.transactions.run(caller.tenant, (tx) => this.hosts.find(tx, hostId));
  }

  /**
   * By our id, or by a name or id that others know it by. A name that nobody knows is handed on: the host may come.
   *
   * @throws AssayError `benchmarks.unknown-host`, `benchmarks.ambiguous-host`, `ingest.outside-scope`
   */
  async named(caller: Principal, name: string): Promise<FoundHost> {
    const host = await this.transactions.run(caller.tenant, async (tx) => {
      if (isUuid(name)) return this.hosts.find(tx, name);
      const [id, another] = await this.known.named(tx, name);
      if (another !== undefined) {
        throw conflict(
          'benchmarks.ambiguous-host',
          `Several hosts are known as ${name}; give the id of one as hostId.`,
        );
      }
      return id === undefined ? null : this.hosts.find(tx, id);
    });
    if (host !== null) {
      if (!maySeeHost(caller, host)) throw outsideScope();
      return { id: host.hostId, name: host.hostname };
    }
    if (caller.scope.hosts !== null && !caller.scope.hosts.includes(name)) throw outsideScope();
    if (isUuid(name)) throw notFound('benchmarks.unknown-host', 'There is no such host.');
    return { id: null, name };
  }

  /** The one host that a credential speaks for, if there is one; a credential of that kind needs to name none. */
  async ownOf(caller: Principal): Promise<FoundHost | null> {
    const [only, ...others] = caller.scope.hosts ?? [];
    if (only === undefined || others.length > 0 || only.startsWith('group:')) return null;
    return this.named(caller, only);
  }
}

function outsideScope(): Error {
  return forbidden('ingest.outside-scope', 'This credential does not speak for that host.');
}
