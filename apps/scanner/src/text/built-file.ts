/**
 * The address of a neighbouring file in the built output. A thread loads no TypeScript, so when tests run a module from
 * `src`, the thread beside it is the one of the last build.
 */
export function builtFile(moduleUrl: string, path: string): URL {
  return new URL(path, moduleUrl.endsWith('.ts') ? moduleUrl.replace('/src/', '/dist/') : moduleUrl);
}
