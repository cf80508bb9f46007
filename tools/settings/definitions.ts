import type { EnvDefinition } from '@assay/config';
import { globSync } from 'node:fs';
import { join } from 'node:path';

/** Every environment that a `*.env.ts` file of the product exports, found by looking, so that none is forgotten. */
export async function readDefinitions(root: string): Promise<EnvDefinition[]> {
  const files = globSync('{libs,apps}/*/src/**/*.env.ts', { cwd: root }).toSorted();
  const modules = await Promise.all(
    files.map(async (file) => (await import(join(root, file))) as Record<string, unknown>),
  );
  return modules.flatMap((module) => Object.values(module).filter(isDefinition));
}

function isDefinition(value: unknown): value is EnvDefinition {
  return typeof value === 'object' && value !== null && 'shape' in value && 'describe' in value && 'name' in value;
}
