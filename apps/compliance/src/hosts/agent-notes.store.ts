import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';

/** What an agent says of one of its integrations, bounded by who read it. */
export interface IntegrationNote {
  readonly integration: string;
  readonly note: Readonly<Record<string, unknown>>;
  readonly scannerInfo: Readonly<Record<string, unknown>> | null;
}

/** What an agent reports of its host. Null leaves what is there. */
export interface Inventory {
  readonly agentVersion: string | null;
  readonly osInfo: Readonly<Record<string, string>> | null;
  readonly inventory: Readonly<Record<string, string>> | null;
}

/** What agents say of their hosts. Each statement changes one host. */
export class AgentNotesStore {
  async version(tx: Transaction, hostId: Uuid, version: string): Promise<void> {
    await tx.query(
      'update hosts set agent_version = $3 where tenant = $1 and id = $2 and agent_version is distinct from $3',
      [tx.tenant, hostId, version],
    );
  }

  /**
   * True once for each hash of an agent that differs from the one that is kept, and again when a day has passed. An agent's
   * own hash follows its timed scans alone: asking at each ping would make it scan at each ping.
   */
  async askForScan(tx: Transaction, hostId: Uuid, hash: string): Promise<boolean> {
    const rows = await tx.query(
      `update hosts set hashes = jsonb_build_object('complianceAsked', $3::text, 'askedAt', $4::timestamptz)
        where tenant = $1 and id = $2 and compliance_mode = 'enabled' and compliance_hash is distinct from $3
          and (hashes is null or hashes->>'complianceAsked' is distinct from $3
               or (hashes->>'askedAt')::timestamptz < $4::timestamptz - interval '1 day')
        returning id`,
      [tx.tenant, hostId, hash, tx.now],
    );
    return rows.length > 0;
  }

  /** The newest word on an integration takes the place of the one before. */
  async integration(tx: Transaction, hostId: Uuid, { integration, note, scannerInfo }: IntegrationNote): Promise<void> {
    await tx.query(
      `update hosts set integrations = coalesce(integrations, '{}') || jsonb_build_object($3::text, $4::jsonb),
              scanner_info = coalesce($5::jsonb, scanner_info)
        where tenant = $1 and id = $2`,
      [tx.tenant, hostId, integration, JSON.stringify(note), scannerInfo && JSON.stringify(scannerInfo)],
    );
  }

  async inventory(tx: Transaction, hostId: Uuid, { agentVersion, osInfo, inventory }: Inventory): Promise<void> {
    await tx.query(
      `update hosts set agent_version = coalesce($3, agent_version), os_info = coalesce($4::jsonb, os_info),
              inventory = coalesce($5::jsonb, inventory)
        where tenant = $1 and id = $2`,
      [tx.tenant, hostId, agentVersion, osInfo && JSON.stringify(osInfo), inventory && JSON.stringify(inventory)],
    );
  }
}
