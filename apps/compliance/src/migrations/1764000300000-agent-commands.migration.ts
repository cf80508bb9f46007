import { isolateTenants, rolesOf } from '@assay/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Commands to agents. `lane` names what of a host does one thing at a time (its scanner); `slot` what waits at most once.
 * Both promises are kept by an index, so that no two processes can break them together.
 */
export class AgentCommands1764000300000 implements MigrationInterface {
  readonly name = 'AgentCommands1764000300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table agent_commands (
        tenant text not null,
        id uuid not null,
        host_id uuid not null,
        kind text not null,
        status text not null check (status in
          ('awaiting-approval', 'queued', 'sent', 'running', 'completed', 'failed', 'cancelled', 'refused')),
        lane text,
        slot text not null,
        options jsonb not null,
        requested_by text not null,
        requested_credential uuid,
        approved_by text,
        approve_by timestamptz,
        cancelled_by text,
        attempt int not null default 0,
        writes int not null default 0,
        connection_id uuid,
        issued_at timestamptz,
        started_at timestamptz,
        sent_at timestamptz,
        progressed_at timestamptz,
        next_action_at timestamptz,
        phase text,
        progress real,
        message text,
        error text,
        steps jsonb not null default '[]',
        scan_ids uuid[] not null default '{}',
        created_at timestamptz not null,
        ended_at timestamptz,
        version int not null,
        primary key (tenant, id),
        check ((ended_at is not null) = (status in ('completed', 'failed', 'cancelled', 'refused')))
      );
      create unique index agent_commands_waiting_idx on agent_commands (tenant, host_id, slot)
        where status in ('awaiting-approval', 'queued');
      create unique index agent_commands_active_idx on agent_commands (tenant, host_id, lane)
        where status in ('sent', 'running') and lane is not null;
      create index agent_commands_due_idx on agent_commands (next_action_at) where ended_at is null;
      create index agent_commands_open_idx on agent_commands (tenant, host_id) where ended_at is null;
      create index agent_commands_host_idx on agent_commands (tenant, host_id, id desc);
    `);
    await runner.query(isolateTenants('agent_commands', rolesOf('compliance')));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table agent_commands');
  }
}
