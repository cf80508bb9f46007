import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ArtifactStore, artifactStoreOf } from '@assay/artifacts';
import {
  agentCommandChangedV1,
  agentCommandIssuedV1,
  agentCommandSentV1,
  agentConnectedV1,
  agentDisconnectedV1,
  agentProgressedV1,
  benchmarkSubmittedV1,
  type DataOf,
  type Envelope,
  type EventContract,
  hostEnrolledV1,
} from '@assay/contracts';
import { InternalIdentity, internalIdentityHeader, type Principal } from '@assay/identity';
import { newId, type Uuid } from '@assay/kernel';
import { Messaging } from '@assay/messaging';
import { openDatabase, runtimeUrl, Transactions } from '@assay/persistence';
import { type RunningService, startService } from '@assay/service-host';
import { createMetrics, logger } from '@assay/telemetry';
import { aDatabase, aPrefix, BusRecorder, eventually, natsUrl, testInternalKey, testMasterKey } from '@assay/testing';
import { complianceService } from '../src/index.js';

export type Issued = DataOf<typeof agentCommandIssuedV1>;
export type Reply = Record<string, unknown>;

/** An admin; each has a credential of his own. */
export const anAdmin = (name: string, changes: Partial<Principal> = {}): Omit<Principal, 'tenant'> => ({
  actor: `key:${name}`,
  role: 'admin',
  platformAdmin: false,
  scope: { repositories: null, hosts: null },
  publisher: null,
  customers: [],
  credentialId: null,
  ...changes,
});
export const alice = anAdmin('alice', { credentialId: newId() });
export const bob = anAdmin('bob', { credentialId: newId() });

/** The real compliance, as often as wanted, on one database, with a gateway whose events the tests drive by hand. */
export class CommandsInstallation {
  private constructor(
    readonly bus: BusRecorder,
    readonly gateway: Transactions,
    readonly artifacts: ArtifactStore,
    private readonly own: Transactions,
    private readonly environment: NodeJS.ProcessEnv,
    readonly services: RunningService[],
    private readonly closers: (() => Promise<unknown> | void)[],
  ) {}

  static async start(processes: number, environment: NodeJS.ProcessEnv = {}): Promise<CommandsInstallation> {
    const adminUrl = await aDatabase(
      { name: 'compliance', migrations: [] },
      { name: 'ingest-gateway', migrations: [] },
    );
    const prefix = aPrefix();
    const folder = mkdtempSync(join(tmpdir(), 'assay-commands-'));
    const artifacts = artifactStoreOf({ driver: 'folder', directory: join(folder, 'artifacts') });
    await artifacts.start();
    const bus = await BusRecorder.start(prefix);
    const database = await openDatabase('ingest-gateway', runtimeUrl(adminUrl, 'ingest-gateway', testInternalKey));
    const gateway = new Transactions(database);
    const messaging = await Messaging.start(
      { service: 'ingest-gateway', url: natsUrl(), prefix, replicas: 1 },
      { transactions: gateway, logger: logger('test', { level: 'fatal' }), metrics: createMetrics('test') },
    );
    const settings = {
      DATABASE_URL: adminUrl,
      NATS_URL: natsUrl(),
      NATS_PREFIX: prefix,
      ASSAY_DATA_DIR: folder,
      ASSAY_INTERNAL_KEY: testInternalKey,
      ASSAY_MASTER_KEY: testMasterKey,
      LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'fatal',
      ...environment,
    };
    const services: RunningService[] = [];
    for (let n = 0; n < processes; n += 1) services.push(await startService(complianceService, settings));
    const own = await openDatabase('compliance', runtimeUrl(adminUrl, 'compliance', testInternalKey));
    const closers = [
      () => messaging.stop(),
      () => database.close(),
      () => own.close(),
      () => bus.stop(),
      () => rmSync(folder, { recursive: true, force: true }),
    ];
    return new CommandsInstallation(bus, gateway, artifacts, new Transactions(own), settings, services, closers);
  }

  async stop(): Promise<void> {
    for (const service of this.services) await service.stop();
    for (const close of this.closers) await close();
  }

  /** Ends the first process, runs `meanwhile`, and starts another one in its place. */
  async restart(meanwhile: () => Promise<void>): Promise<void> {
    await this.services[0]!.stop();
    await meanwhile();
    this.services[0] = await startService(complianceService, this.environment);
  }

  async say<Contract extends EventContract>(tenant: string, contract: Contract, data: DataOf<Contract>): Promise<Uuid> {
    return this.gateway.run(tenant, async (tx) => tx.publish(contract, data, { correlationId: null }));
  }

  /** What was published of a type. Two processes may publish one event twice, which the stream recognises, and we do by its id. */
  heard<Contract extends EventContract>({ type }: Contract): Envelope<DataOf<Contract>>[] {
    const events = this.bus.ofType(type) as Envelope<DataOf<Contract>>[];
    return [...new Map(events.map((event) => [event.id, event])).values()];
  }

  async rows<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.own.runAcrossTenants((tx) => tx.query<Row>(sql, parameters));
  }

  /** A statement of the database's administrator. */
  async administrate(sql: string): Promise<void> {
    const database = await openDatabase('compliance', this.environment['DATABASE_URL']!);
    const { client, runner } = await database.connect();
    await client.query(sql);
    await runner.release();
    await database.close();
  }

  /** A request as a gateway passes it on, to one of the processes. */
  async ask(
    tenant: string,
    caller: Omit<Principal, 'tenant'>,
    method: string,
    path: string,
    body?: object,
    process = 0,
  ): Promise<{ status: number; body: Reply; headers: Headers }> {
    const token = await new InternalIdentity(testInternalKey).sign({ ...caller, tenant });
    const response = await fetch(`${this.services[process]!.url}/api/v1/compliance/${path}`, {
      method,
      headers: { [internalIdentityHeader]: token, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Reply, headers: response.headers };
  }

  /** Enrols a host as the gateway does, and waits until compliance knows it. */
  async enrol(tenant: string, changes: Partial<DataOf<typeof hostEnrolledV1>> = {}): Promise<Agent> {
    const hostId = newId();
    const apiId = `patchmon_${hostId.replaceAll('-', '').slice(-16)}`;
    const hostname = `host-${hostId.slice(-6)}`;
    await this.say(tenant, hostEnrolledV1, {
      hostId,
      apiId,
      credentialId: newId(),
      hostname,
      friendlyName: hostname,
      complianceMode: 'on-demand',
      openscap: true,
      dockerBench: false,
      docker: false,
      groups: [],
      tenantUsers: [],
      ...changes,
    });
    await eventually(`host ${hostId}`, async () => {
      const found = await this.rows('select 1 from hosts where id = $1', [hostId]);
      return found.length > 0;
    });
    return new Agent(this, tenant, hostId, apiId);
  }

  /** Lets time pass for a host's commands: all that is written down of when something happened is that much longer ago. */
  async pass(hostId: Uuid, seconds: number): Promise<void> {
    await this.rows(
      `update agent_commands set created_at = created_at - v.age, issued_at = issued_at - v.age,
         started_at = started_at - v.age, sent_at = sent_at - v.age, progressed_at = progressed_at - v.age,
         next_action_at = next_action_at - v.age, approve_by = approve_by - v.age
       from (select make_interval(secs => $2) as age) v where host_id = $1 and ended_at is null`,
      [hostId, seconds],
    );
  }
}

/** A PatchMon agent as the events of its gateway show it. */
export class Agent {
  connectionId: Uuid | null = null;

  constructor(
    readonly installation: CommandsInstallation,
    readonly tenant: string,
    readonly hostId: Uuid,
    readonly apiId: string,
  ) {}

  /** Its pair of keys, as the gateway knows it. */
  credential(): Omit<Principal, 'tenant'> {
    const { hostId } = this;
    return anAdmin(hostId, { role: 'agent', scope: { repositories: null, hosts: [hostId] } });
  }

  async connect(): Promise<void> {
    this.connectionId = newId();
    await this.installation.say(this.tenant, agentConnectedV1, this.socket());
    const { hostId, connectionId } = this;
    await eventually(`socket of ${hostId}`, async () => {
      const sql = 'select 1 from agent_connections where host_id = $1 and connection_id = $2';
      return (await this.installation.rows(sql, [hostId, connectionId])).length > 0;
    });
  }

  async disconnect(): Promise<void> {
    await this.installation.say(this.tenant, agentDisconnectedV1, { ...this.socket(), because: 'closed' });
    await eventually(`no socket of ${this.hostId}`, async () => {
      const sql = 'select 1 from agent_connections where host_id = $1 and disconnected_at is not null';
      return (await this.installation.rows(sql, [this.hostId])).length > 0;
    });
  }

  private socket() {
    const { hostId, apiId, connectionId } = this;
    return { hostId, apiId, connectionId: connectionId!, at: new Date().toISOString() };
  }

  /** What gateways were asked to write to it so far. */
  issued(): Issued[] {
    return this.installation
      .heard(agentCommandIssuedV1)
      .map(({ data }) => data)
      .filter(({ hostId }) => hostId === this.hostId);
  }

  /** Waits until gateways were asked so many times, and gives the last. */
  async asked(times: number): Promise<Issued> {
    const issued = await eventually(`${times} frames for ${this.hostId}`, () => {
      const all = this.issued();
      return all.length >= times && all;
    });
    if (issued.length > times) throw new Error(`${issued.length} frames, not ${times}`);
    return issued.at(-1)!;
  }

  /** The gateway wrote a frame. */
  async written({ commandId, attempt }: Issued): Promise<void> {
    const { hostId, connectionId } = this;
    const at = new Date().toISOString();
    const said = { commandId, hostId, connectionId: connectionId!, attempt, at };
    await this.installation.say(this.tenant, agentCommandSentV1, said);
  }

  /** Waits for the frame, writes it, and waits until that is known. */
  async take(times = 1): Promise<Issued> {
    const issued = await this.asked(times);
    await this.written(issued);
    await this.becomes(issued.commandId, 'sent', 'completed');
    return issued;
  }

  async progress(phase: string, message: string | null = null, error: string | null = null): Promise<void> {
    const progress = { started: 5, evaluating: 15, parsing: 80, sending: 90, completed: 100 }[phase] ?? 0;
    const { hostId, apiId } = this;
    const at = new Date().toISOString();
    const said = { hostId, apiId, phase, profileName: 'default', message, progress, error, at };
    await this.installation.say(this.tenant, agentProgressedV1, said);
  }

  /** Submits results as the agent's HTTP call does. */
  async submit(scan: object = {}, rest: object = {}): Promise<Uuid> {
    const now = new Date().toISOString();
    const results = [{ rule_ref: 'rule_1', title: 'One', status: 'pass', severity: 'high' }];
    const body = {
      scan_type: 'on-demand',
      scans: [
        { profile_name: 'level1_server', status: 'completed', started_at: now, completed_at: now, results, ...scan },
      ],
      ...rest,
    };
    const { tenant, hostId } = this;
    const mediaType = 'application/json';
    const artifact = await this.installation.artifacts.put(tenant, Buffer.from(JSON.stringify(body)), mediaType);
    const scanId = newId();
    const receiptId = newId();
    await this.installation.say(tenant, benchmarkSubmittedV1, {
      receiptId,
      form: 'patchmon',
      document: { role: 'results', ...artifact },
      hostId,
      hostname: null,
      scanIds: body.scans.map((_, index) => (index === 0 ? scanId : newId())),
      acceptedAt: now,
    });
    return scanId;
  }

  async commands(): Promise<Reply[]> {
    const { body } = await this.installation.ask(this.tenant, alice, 'GET', `commands?host=${this.hostId}&limit=500`);
    return body['items'] as Reply[];
  }

  async command(id: string): Promise<Reply> {
    return (await this.installation.ask(this.tenant, alice, 'GET', `commands/${id}`)).body;
  }

  /** Waits until a command has one of these statuses. */
  async becomes(id: string, ...statuses: string[]): Promise<Reply> {
    return eventually(`command ${id} is ${statuses.join(' or ')}`, async () => {
      const command = await this.command(id);
      return statuses.includes(String(command['status'])) && command;
    });
  }

  /** Statuses that `agent-command.changed` told of a command, in order of its versions. */
  told(id: string): string[] {
    return this.installation
      .heard(agentCommandChangedV1)
      .filter(({ data }) => data.commandId === id)
      .toSorted((one, other) => one.version! - other.version!)
      .map(({ data }) => data.status);
  }

  async trigger(
    body: object = {},
    caller = alice,
    process = 0,
  ): Promise<{ status: number; body: Reply; headers: Headers }> {
    return this.installation.ask(this.tenant, caller, 'POST', `trigger/${this.hostId}`, body, process);
  }

  /** Records of the host, as people see them, oldest first. */
  async scans(): Promise<
    { id: Uuid; status: string; error: string | null; commandId: Uuid | null; profile: string }[]
  > {
    return this.installation.rows(
      `select s.id, s.status, s.error, s.command_id as "commandId", p.name as profile
         from benchmark_scans s join benchmark_profiles p on p.tenant = s.tenant and p.id = s.profile_id
        where s.host_id = $1 order by s.started_at, s.id`,
      [this.hostId],
    );
  }
}

/** The ids of the commands that a trigger's reply names. */
export function commandIds(reply: { body: Reply }): string[] {
  return (reply.body['commands'] as { id: string }[]).map(({ id }) => id);
}
