import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module, type DynamicModule } from '@nestjs/common';
import { ArtifactStore } from './artifact-store.js';
import type { ArtifactsSettings } from './artifacts.settings.js';
import { FolderDriver } from './folder-driver.js';
import { S3Driver } from './s3-driver.js';
import { Spool } from './spool.js';

/** The store that the settings name, not started yet: for programs without Nest. */
export function artifactStoreOf(settings: ArtifactsSettings): ArtifactStore {
  return new ArtifactStore(settings.driver === 's3' ? new S3Driver(settings) : new FolderDriver(settings.directory));
}

/** The spool that belongs to these settings. */
export function spoolOf(settings: ArtifactsSettings): Spool {
  const beside = settings.driver === 'folder' ? join(settings.directory, '.spool') : join(tmpdir(), 'assay-spool');
  return new Spool(settings.spoolDirectory ?? beside);
}

/** Gives `ArtifactStore` (its folder or bucket ready) and `Spool` to the whole application. */
@Module({})
export class ArtifactsModule {
  static forRoot(settings: ArtifactsSettings): DynamicModule {
    const started = async (): Promise<ArtifactStore> => {
      const store = artifactStoreOf(settings);
      await store.start();
      return store;
    };
    return {
      module: ArtifactsModule,
      global: true,
      providers: [
        { provide: ArtifactStore, useFactory: started },
        { provide: Spool, useFactory: () => spoolOf(settings) },
      ],
      exports: [ArtifactStore, Spool],
    };
  }
}
