import { openDatabase, PersistenceModule, runtimeUrl, type Transaction, Transactions } from '@assay/persistence';
import { logger } from '@assay/telemetry';
import { eventually, testInternalKey } from '@assay/testing';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import {
  BulkJob,
  BulkJobs,
  type BulkSlice,
  type JobContext,
  Jobs,
  JobsModule,
  PeriodicJob,
  type SliceResult,
  Ticker,
} from '../src/index.js';
import { anInstallation, service } from './harness.js';

@Injectable()
class Feeds {
  readonly seen: string[] = [];

  @PeriodicJob({ name: 'refresh', cron: '0 3 * * *' })
  async refresh({ name }: JobContext): Promise<void> {
    this.seen.push(name);
  }

  @Ticker({ name: 'due', everyMs: 60_000 })
  async due(tx: Transaction): Promise<void> {
    this.seen.push(`due for ${tx.tenant}`);
  }

  @BulkJob({ name: 'match' })
  async match({ job, cursor }: BulkSlice<{ ecosystem: string }, number>): Promise<SliceResult<number>> {
    const next = (cursor ?? 0) + 1;
    this.seen.push(`${job.input.ecosystem} ${next}`);
    return { cursor: next, done: 1, finished: next === 2, total: 2 };
  }
}

@Module({ providers: [Feeds] })
class Service {}

describe('the module', () => {
  it('finds the decorated methods and runs them until the application ends', async () => {
    const adminUrl = await anInstallation();
    const database = await openDatabase(service, runtimeUrl(adminUrl, service, testInternalKey));
    const log = logger(service, { level: 'silent' });
    const root = {
      module: class Root {},
      imports: [PersistenceModule.forDatabase(database), JobsModule.forRoot(log), Service],
    };
    const app = await NestFactory.createApplicationContext(root, { logger: false });
    const { seen } = app.get(Feeds);
    await app.get(Jobs).runNow('refresh');
    await app
      .get(Transactions)
      .run('acme', (tx) => app.get(BulkJobs).start(tx, { name: 'match', input: { ecosystem: 'npm' } }));
    await eventually('all four', () => seen.length === 4);
    expect(seen.toSorted()).toEqual(['due for platform', 'npm 1', 'npm 2', 'refresh']);
    await app.close();
    await database.close();
  });
});
