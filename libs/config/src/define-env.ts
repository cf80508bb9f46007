import { describeEnv, type SettingRow } from './describe-env.js';
import { type EnvShape, type EnvValues, parseEnv } from './parse-env.js';

/** The environment of one service or library: what it reads, how it is checked, how it is explained. */
export interface EnvDefinition<Shape extends EnvShape = EnvShape> {
  /** Who reads it, as the table of settings shows it: a service, a library, or `every service`. */
  readonly name: string;
  readonly shape: Shape;
  /** The checked values. Only `*.env.ts` files pass `process.env`. @throws AssayError as `parseEnv` does */
  parse(env: NodeJS.ProcessEnv): EnvValues<Shape>;
  describe(): SettingRow[];
}

/** The values of a definition: `type ScannerEnv = EnvOf<typeof scannerEnv>`. */
export type EnvOf<Definition extends EnvDefinition> = ReturnType<Definition['parse']>;

/** Defines an environment. Exported from a `*.env.ts` file, it appears in `docs/settings.md` by itself. */
export function defineEnv<Shape extends EnvShape>({
  name,
  shape,
}: {
  name: string;
  shape: Shape;
}): EnvDefinition<Shape> {
  return {
    name,
    shape,
    parse: (env) => parseEnv(shape, env),
    describe: () => describeEnv(shape),
  };
}
