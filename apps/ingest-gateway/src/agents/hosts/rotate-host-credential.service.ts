import type { Principal } from '@assay/identity';
import type { Uuid } from '@assay/kernel';
import { Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { notFound } from '../../ingest-gateway.errors.js';
import { AgentHostsStore } from './agent-hosts.store.js';
import type { AgentHost } from './agent-host.js';
import { EndHostCredentials } from './end-host-credentials.service.js';
import type { EnrolledHost } from './enrol-host.service.js';
import { IssueHostCredential } from './issue-host-credential.service.js';

/**
 * Gives a host a new key, and lets what it had end: at once, or after an overlap in which both are good. The API id stays:
 * it is no secret but the host's name in every protocol, log and address.
 */
@Injectable()
export class RotateHostCredential {
  constructor(
    private readonly transactions: Transactions,
    private readonly hosts: AgentHostsStore,
    private readonly endCredentials: EndHostCredentials,
    private readonly issueCredential: IssueHostCredential,
  ) {}

  /** @throws AssayError `hosts.unknown` */
  async execute(hostId: Uuid, overlapSeconds: number, caller: Principal): Promise<EnrolledHost & { host: AgentHost }> {
    return this.transactions.run({ tenant: caller.tenant, actor: caller.actor }, async (tx) => {
      const host = await this.hosts.lock(tx, hostId);
      if (host === null) throw notFound('hosts.unknown', 'There is no such host.');
      const kind = host.apiId === null ? 'santamon' : 'patchmon';
      if (overlapSeconds === 0) await this.endCredentials.revoke(tx, hostId, kind);
      else await this.endCredentials.endAt(tx, hostId, kind, new Date(tx.now.getTime() + overlapSeconds * 1_000));
      const speaksFor = host.externalIds.flatMap(({ dialect, id }) => (dialect === 'santamon' ? [id] : []));
      const { apiKey } = await this.issueCredential.execute(tx, {
        hostId,
        hostname: host.hostname,
        apiId: host.apiId,
        speaksFor: host.apiId === null ? speaksFor : [],
      });
      return { id: hostId, apiId: host.apiId, apiKey, host };
    });
  }
}
