/** True for tests and what only tests use: they may reach for more than the code they test. */
export function isTest(path: string): boolean {
  return /\.(spec|contract)\.ts$/.test(path) || /^(libs|apps)\/[^/]+\/test\//.test(path) || path.startsWith('test/');
}

/** True for what is no part of the product: tests, measurements, tools, configuration of tools. */
export function isBesideTheProduct(path: string): boolean {
  return isTest(path) || /^(bench|tools)\//.test(path) || /\.config\.[mc]?[jt]s$/.test(path);
}

/** The package of an import: `@assay/kernel`, `typeorm`; undefined for relative ones and Node's own. */
export function packageNameOf(specifier: string): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return undefined;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** True for a rule file of a service: in a capability's folder, with no role in its name (`case.ts`, not `case.store.ts`). */
export function isPureRule(path: string): boolean {
  const [, capability = '', name = ''] = /^apps\/[^/]+\/src\/(.+)\/([^/]+)\.tsx?$/.exec(path) ?? [];
  return capability !== '' && !capability.split('/').includes('migrations') && !name.includes('.') && name !== 'index';
}
