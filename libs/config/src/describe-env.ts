import { z } from 'zod';

/** One row of the table of settings. */
export interface SettingRow {
  readonly name: string;
  /** What it does, without a full stop. */
  readonly description: string;
  /** The unit or form of its value, where there is one. */
  readonly unit: string | undefined;
  /** The default as text; undefined where there is none. Never given for a secret. */
  readonly defaultText: string | undefined;
  /** True if nothing starts without it. */
  readonly required: boolean;
  readonly secret: boolean;
}

interface SettingMeta {
  description?: string;
  unit?: string;
  secret?: boolean;
}

/** A row per variable of the shape, in its order. Descriptions and units come from `.describe()` and `.meta()`. */
export function describeEnv(shape: z.ZodRawShape): SettingRow[] {
  return Object.entries(shape).map(([name, schema]) => {
    const layers = [...layersOf(schema)];
    const meta: SettingMeta = Object.assign({}, ...layers.map((layer) => z.globalRegistry.get(layer)).toReversed());
    const secret = meta.secret === true;
    return {
      name,
      description: meta.description ?? '',
      unit: meta.unit ?? choicesOf(layers),
      defaultText: secret ? undefined : defaultOf(layers),
      required: !z.safeParse(schema, undefined).success,
      secret,
    };
  });
}

const wrappers = [z.ZodOptional, z.ZodNullable, z.ZodDefault, z.ZodPrefault] as const;

/** A schema and what it wraps (optional, default, pipe input), outermost first. */
function* layersOf(schema: z.core.$ZodType): Generator<z.core.$ZodType> {
  yield schema;
  if (schema instanceof z.ZodPipe) yield* layersOf(schema.in);
  else if (wrappers.some((wrapper) => schema instanceof wrapper)) {
    yield* layersOf((schema as z.ZodOptional).unwrap());
  }
}

function choicesOf(layers: readonly z.core.$ZodType[]): string | undefined {
  const choice = layers.find((layer) => layer instanceof z.ZodEnum);
  return choice?.options.join(', ');
}

function defaultOf(layers: readonly z.core.$ZodType[]): string | undefined {
  for (const layer of layers) {
    if (layer instanceof z.ZodDefault || layer instanceof z.ZodPrefault) {
      const value: unknown = layer.def.defaultValue;
      return Array.isArray(value) ? value.join(',') : String(value);
    }
  }
  return undefined;
}
