import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineEnv } from '@assay/config';
import { type ServiceName, tenantCreatedV1 } from '@assay/contracts';
import { InternalIdentity, internalIdentityHeader, type Role } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { defineService, type RunningService, startService } from '@assay/service-host';
import { aDatabase, aPrefix, BusRecorder, eventually, natsUrl, testInternalKey, testMasterKey } from '@assay/testing';
import { Module } from '@nestjs/common';
import pg from 'pg';
import { auditService } from '../src/index.js';
import type { LogVerificationDto } from '../src/verification/verification.dto.js';

export const aTenant = (slug: string) => ({ slug, displayName: slug, publisher: null });

/** A service of ours with nothing of its own: what the host gives every service, its outbox above all. */
export function bareService(name: ServiceName) {
  @Module({})
  class Bare {}
  return defineService({ name, module: () => Bare, env: defineEnv({ name, shape: {} }), migrations: [] });
}

/** The real audit service, with others that publish. */
export class AuditInstallation {
  private constructor(
    readonly adminUrl: string,
    readonly environment: NodeJS.ProcessEnv,
    readonly bus: BusRecorder,
    /** The administrator of the database: the one whom row level security does not bind. */
    readonly administrator: pg.Client,
    readonly audit: RunningService,
    /** What the gateway writes and publishes with. */
    readonly gateway: Transactions,
    private readonly others: RunningService[],
  ) {}

  static async start(): Promise<AuditInstallation> {
    const names = ['ingest-gateway', 'scanner', 'case-engine'] as const;
    const adminUrl = await aDatabase(
      { name: 'audit', migrations: auditService.migrations },
      ...names.map((name) => ({ name, migrations: [] })),
    );
    const prefix = aPrefix();
    const environment = {
      DATABASE_URL: adminUrl,
      NATS_URL: natsUrl(),
      NATS_PREFIX: prefix,
      ASSAY_DATA_DIR: mkdtempSync(join(tmpdir(), 'assay-audit-')),
      ASSAY_INTERNAL_KEY: testInternalKey,
      ASSAY_MASTER_KEY: testMasterKey,
      SCANNER_URL: `http://127.0.0.1:${await aFreePort()}`,
    };
    const bus = await BusRecorder.start(prefix);
    const administrator = new pg.Client({ connectionString: adminUrl, options: '-c search_path=audit' });
    await administrator.connect();
    const audit = await startService(auditService, environment);
    const gateway = await startService(bareService('ingest-gateway'), environment);
    const transactions = gateway.app.get(Transactions);
    return new AuditInstallation(adminUrl, environment, bus, administrator, audit, transactions, [gateway]);
  }

  /** Starts another service of the installation and gives its transactions. */
  async with(name: ServiceName): Promise<Transactions> {
    const service = await startService(bareService(name), this.environment);
    this.others.push(service);
    return service.app.get(Transactions);
  }

  async stop(): Promise<void> {
    await Promise.all([this.audit, ...this.others].map((service) => service.stop()));
    await this.administrator.end();
    await this.bus.stop();
    rmSync(this.environment['ASSAY_DATA_DIR']!, { recursive: true, force: true });
  }

  async ask(
    tenant: string,
    path: string,
    init: RequestInit & { role?: Role; platformAdmin?: boolean } = {},
  ): Promise<Response> {
    const { role = 'admin', platformAdmin = false, ...rest } = init;
    const token = await new InternalIdentity(testInternalKey).sign({
      tenant,
      actor: 'key:019a964c-b580-7951-93df-71b2c909b32e',
      role,
      platformAdmin,
      scope: { repositories: null, hosts: null },
      publisher: null,
      customers: [],
      credentialId: null,
    });
    const headers = { ...rest.headers, [internalIdentityHeader]: token };
    return fetch(`${this.audit.url}/api/v1/audit/${path}`, { ...rest, headers });
  }

  async json<T>(tenant: string, path: string, init: Parameters<AuditInstallation['ask']>[2] = {}): Promise<T> {
    return (await (await this.ask(tenant, path, init)).json()) as T;
  }

  /** Publishes so many events of a tenant and waits until the log has them and a signed head covers them. */
  async record(tenant: string, count: number): Promise<void> {
    const before = await this.sizeOf(tenant);
    await this.gateway.run(tenant, async (tx) => {
      for (let i = 0; i < count; i += 1) {
        tx.publish(tenantCreatedV1, aTenant(`${tenant}-${i}`), { subject: `${tenant}-${i}` });
      }
    });
    await this.covered(tenant, before + count);
  }

  /** The note of a signed head over so many entries, as soon as there is one. */
  async covered(tenant: string, size: number): Promise<string> {
    return eventually(`a signed head over ${size} entries`, async () => {
      const response = await this.ask(tenant, 'checkpoint');
      const note = await response.text();
      return response.status === 200 && Number(note.split('\n')[1]) >= size && note;
    });
  }

  async verify(tenant: string, body: object = {}): Promise<LogVerificationDto> {
    const headers = { 'content-type': 'application/json' };
    return this.json(tenant, 'verify', { method: 'POST', headers, body: JSON.stringify(body) });
  }

  /** How many entries the log has. */
  async sizeOf(tenant: string): Promise<number> {
    const { rows } = await this.administrator.query<{ size: string }>('select size from logs where tenant = $1', [
      tenant,
    ]);
    return Number(rows[0]?.size ?? 0);
  }
}

async function aFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new TypeError('there is no free port');
  return address.port;
}
