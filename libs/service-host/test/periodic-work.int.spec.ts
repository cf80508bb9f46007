import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineEnv } from '@assay/config';
import { Jobs } from '@assay/jobs';
import { aDatabase, aPrefix, natsUrl, testInternalKey, testMasterKey } from '@assay/testing';
import { Module } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineService, type RunningService, startService } from '../src/index.js';
import { MaintainPartitions } from '../src/operations/maintain-partitions.job.js';
import { SealOutbox } from '../src/operations/seal-outbox.ticker.js';

@Module({})
class Bare {}
const bare = defineService({
  name: 'compliance',
  module: () => Bare,
  env: defineEnv({ name: 'compliance', shape: {} }),
  migrations: [],
});
const directory = mkdtempSync(join(tmpdir(), 'assay-host-'));

let service: RunningService;
beforeAll(async () => {
  service = await startService(bare, {
    DATABASE_URL: await aDatabase({ name: 'compliance', migrations: [] }),
    NATS_URL: natsUrl(),
    NATS_PREFIX: aPrefix(),
    ASSAY_DATA_DIR: directory,
    ASSAY_INTERNAL_KEY: testInternalKey,
    ASSAY_MASTER_KEY: testMasterKey,
  });
});
afterAll(async () => {
  await service.stop();
  rmSync(directory, { recursive: true, force: true });
});

describe('every service', () => {
  it('seals its outbox and maintains its partitions, without a line of its own', async () => {
    expect(service.app.get(Jobs)).toBeDefined();
    expect(service.app.get(SealOutbox)).toBeDefined();
    // Once this was imported and not provided: outbox and inbox would have grown for ever, with no partition for the fifth day.
    await expect(service.app.get(MaintainPartitions).run()).resolves.toBeUndefined();
  });
});
