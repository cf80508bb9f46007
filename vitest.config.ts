import { defineConfig } from 'vitest/config';
import SlowFirst from './tools/test-run/slow-first.ts';

/**
 * Workspace packages are tested from source, so that a test never runs yesterday's build. The condition `import` must not
 * be added: it would reach `require` too, and `pg` would get a module where it expects a class.
 */
const fromSource = {
  // Tests lie outside of their package's tsconfig, so what they need of it is said here.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  resolve: { conditions: ['@assay/source'] },
  ssr: { resolve: { conditions: ['@assay/source', 'node', 'default'] } },
};

export default defineConfig({
  ...fromSource,
  test: {
    // As many as CI has cores: a third file would only wait, and its tests would run into their time-outs.
    maxWorkers: 2,
    sequence: { sequencer: SlowFirst },
    projects: [
      {
        ...fromSource,
        test: {
          name: 'unit',
          include: ['libs/*/src/**/*.spec.ts', 'apps/*/src/**/*.spec.ts'],
          setupFiles: ['./vitest.setup.ts'],
        },
      },
      {
        ...fromSource,
        test: { name: 'architecture', include: ['tools/**/*.spec.ts'], testTimeout: 60_000 },
      },
      {
        ...fromSource,
        test: {
          name: 'integration',
          // Loading Nest and the services anew for each file took a third of the processor time. What a file changes is in its
          // database and under its prefix, and it stops what it starts.
          isolate: false,
          // What services log of the failures that tests provoke would hide the failures of tests.
          env: { LOG_LEVEL: 'fatal' },
          include: ['libs/*/test/**/*.int.spec.ts', 'apps/*/test/**/*.int.spec.ts'],
          setupFiles: ['./vitest.setup.ts'],
          globalSetup: ['./libs/testing/src/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        ...fromSource,
        test: {
          name: 'journeys',
          include: ['test/journeys/**/*.e2e.spec.ts'],
          globalSetup: ['./test/journeys/support/prepare-installations.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
