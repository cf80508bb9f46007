import { type ComplianceMode, hostEnrolledV1 } from '@assay/contracts';
import type { Principal } from '@assay/identity';
import { newId, type Uuid } from '@assay/kernel';
import { type Transaction, Transactions } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { mayGrant } from '../../credentials/credential.js';
import { newApiId } from '../../credentials/patchmon-pair.js';
import type { Repeatable } from '../../ingest/repeatable.js';
import { forbidden } from '../../ingest-gateway.errors.js';
import type { AgentHost } from './agent-host.js';
import { AgentHostsStore } from './agent-hosts.store.js';
import { AnswerOnce } from './answer-once.service.js';
import { IssueHostCredential } from './issue-host-credential.service.js';

/** Whose agent will run on a host. */
export const agentKinds = ['patchmon', 'santamon'] as const;
export type AgentKind = (typeof agentKinds)[number];

/** A host that is to be. */
export interface HostToEnrol {
  readonly agent: AgentKind;
  readonly hostname: string;
  readonly friendlyName: string;
  /** What Santamon's agent calls the host (`agent.id` of its configuration). */
  readonly agentId: string;
  readonly complianceMode: ComplianceMode;
  readonly openscap: boolean;
  readonly dockerBench: boolean;
  readonly docker: boolean;
  readonly groups: readonly string[];
  readonly tenantUsers: readonly string[];
}

export interface EnrolledHost {
  readonly id: Uuid;
  /** Null for a host with an agent of Santamon alone. */
  readonly apiId: string | null;
  readonly apiKey: string;
}

/** Enrols a host: its credential and the word of it are committed together, whether or not compliance is there to hear. */
@Injectable()
export class EnrolHost {
  constructor(
    private readonly transactions: Transactions,
    private readonly hosts: AgentHostsStore,
    private readonly issueCredential: IssueHostCredential,
    private readonly answerOnce: AnswerOnce,
  ) {}

  /** @throws AssayError `credentials.beyond-own-rights` for a caller who is limited to hosts; those of `AnswerOnce` */
  async execute(wanted: HostToEnrol, repeatable: Repeatable | null, caller: Principal): Promise<EnrolledHost> {
    const id = newId();
    if (!mayGrant(caller, { platformAdmin: false, scope: { repositories: [], hosts: [id] } })) {
      throw forbidden('credentials.beyond-own-rights', 'This credential is limited to the hosts that there are.');
    }
    return this.transactions.run({ tenant: caller.tenant, actor: caller.actor }, async (tx) =>
      this.answerOnce.execute(tx, repeatable, wanted, () => this.enrol(tx, id, wanted)),
    );
  }

  private async enrol(tx: Transaction, id: Uuid, wanted: HostToEnrol): Promise<EnrolledHost> {
    const host = hostOf(id, tx.tenant, wanted);
    const { hostname, apiId } = host;
    const speaksFor = wanted.agent === 'santamon' ? [wanted.agentId] : [];
    const { credentialId, apiKey } = await this.issueCredential.execute(tx, { hostId: id, hostname, apiId, speaksFor });
    await this.hosts.write(tx, [host]);
    const { tenant: _, version: __, removed: ___, groups, tenantUsers, externalIds, ...said } = host;
    const lists = { groups: [...groups], tenantUsers: [...tenantUsers], externalIds: [...externalIds] };
    tx.publish(hostEnrolledV1, { ...said, ...lists, credentialId }, { subject: id });
    return { id, apiId, apiKey };
  }
}

function hostOf(hostId: Uuid, tenant: string, { agent, agentId, ...given }: HostToEnrol): AgentHost {
  const apiId = agent === 'patchmon' ? newApiId() : null;
  const externalId =
    apiId === null ? { dialect: 'santamon' as const, id: agentId } : { dialect: 'patchmon' as const, id: apiId };
  return { ...given, hostId, tenant, apiId, externalIds: [externalId], version: 0, removed: false };
}
