import * as contracts from '@assay/contracts';
import { z } from 'zod';

export type JsonObject = { [key: string]: unknown };

/** A reference into the components of the AsyncAPI document. */
export const schemaRef = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });

/** `subjectSchema` is shown as `Subject`, `artifactRef` as `ArtifactRef`. */
function shownAs(constant: string): string {
  const name = constant.replace(/Schema$/, '');
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** Takes out what only repeats: the regular expression of a format, and the bounds of every integer in JavaScript. */
function shorten(schema: JsonObject): void {
  if (schema['format'] !== undefined) delete schema['pattern'];
  if (schema['maximum'] === Number.MAX_SAFE_INTEGER) delete schema['maximum'];
  if (schema['minimum'] === Number.MIN_SAFE_INTEGER) delete schema['minimum'];
}

export interface ContractSchemas {
  /** JSON Schemas (draft 7, the dialect of AsyncAPI's own schema object) by name, linked by `$ref`. */
  readonly schemas: Record<string, JsonObject>;
  /** The name of the schema of a contract's data: its type, or the shape that it shares with other contracts. */
  nameOf(contract: contracts.EventContract): string;
}

/**
 * The schemas of all contracts and of the shapes they are made of. A shape that the contracts package exports becomes a
 * schema of its own under its name. They are the reader's side: fields that are not listed are allowed.
 */
export function contractSchemas(): ContractSchemas {
  const named = z.registry<{ id: string }>();
  for (const [constant, value] of Object.entries(contracts)) {
    if (value instanceof z.ZodType) named.add(value, { id: shownAs(constant) });
  }
  for (const { type, schema } of contracts.registry.values()) {
    if (!named.has(schema)) named.add(schema, { id: type });
  }
  const { schemas } = z.toJSONSchema(named, {
    target: 'draft-7',
    io: 'input',
    uri: (name) => `#/components/schemas/${name}`,
    override: ({ jsonSchema }) => shorten(jsonSchema as JsonObject),
  });
  return {
    schemas: Object.fromEntries(
      Object.entries(schemas).map(([name, { $id: _id, $schema: _dialect, ...schema }]) => [name, schema as JsonObject]),
    ),
    nameOf: (contract) => named.get(contract.schema)!.id,
  };
}
