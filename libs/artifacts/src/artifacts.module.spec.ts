import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { expect, it } from 'vitest';
import { ArtifactsModule, ArtifactStore, Spool } from './index.js';

@Injectable()
class Reader {
  constructor(
    readonly store: ArtifactStore,
    readonly spool: Spool,
  ) {}
}

@Module({ providers: [Reader] })
class Capability {}

it('gives a store that is ready and a spool to every module of the application', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'assay-artifacts-'));

  @Module({ imports: [ArtifactsModule.forRoot({ driver: 'folder', directory }), Capability] })
  class Application {}

  const application = await NestFactory.createApplicationContext(Application, { logger: false });
  const { store, spool } = application.get(Reader, { strict: false });
  async function* body(): AsyncGenerator<Uint8Array> {
    yield Buffer.alloc(5_000_000, 'x');
  }
  await using received = await spool.spool(body());
  const { digest } = await store.put('acme', received);
  expect((await store.read('acme', digest, 5_000_000)).length).toBe(5_000_000);
  expect((await readdir(directory)).toSorted()).toEqual(['.drafts', '.spool', 'acme']);
  await application.close();
  await rm(directory, { recursive: true });
});
