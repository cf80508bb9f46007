import { existsSync, readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Makes this process read our sources as they are: `./x.js` finds `./x.ts`, and constructors may declare fields, as the
 * journeys' support does, which Node's own stripping of types refuses.
 */
export function readSourcesAsTheyAre(): void {
  process.removeAllListeners('warning'); // Node says of each function used here that it is experimental.
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier.startsWith('.') && specifier.endsWith('.js') && context.parentURL?.endsWith('.ts')) {
        const source = new URL(specifier.replace(/js$/, 'ts'), context.parentURL);
        if (existsSync(source)) return { url: source.href, format: 'module', shortCircuit: true };
      }
      return next(specifier, context);
    },
    load(url, context, next) {
      if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
      const text = readFileSync(fileURLToPath(url), 'utf8');
      return { format: 'module', source: stripTypeScriptTypes(text, { mode: 'transform' }), shortCircuit: true };
    },
  });
}
