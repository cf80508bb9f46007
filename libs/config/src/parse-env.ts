import { AssayError } from '@assay/kernel';
import { z } from 'zod';
import { describeEnv } from './describe-env.js';

/** The variables a service or library reads, each a zod schema of its text with a description. */
export type EnvShape = z.ZodRawShape;

/** What `parseEnv` gives for a shape. */
export type EnvValues<Shape extends EnvShape> = z.output<z.ZodObject<Shape>>;

/** The error codes of this package. */
export type ConfigErrorCode = 'config.invalid-environment';

/**
 * The variables of `shape`, checked and converted. A variable set to the empty text counts as not set, because
 * `NAME=` is how a compose file or a shell passes on what nobody chose.
 *
 * @throws AssayError `invalid`, `config.invalid-environment`, once for all wrong variables, one sentence and one field
 * each. Values are never repeated: a connection string with a password is no secret by its name.
 */
export function parseEnv<Shape extends EnvShape>(shape: Shape, env: NodeJS.ProcessEnv): EnvValues<Shape> {
  const given = Object.fromEntries(
    Object.keys(shape)
      .map((name) => [name, env[name]] as const)
      .filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = z.object(shape).safeParse(given);
  if (parsed.success) return parsed.data;

  const descriptions = new Map(describeEnv(shape).map((row) => [row.name, row.description]));
  const wrong = new Map<string, string>();
  for (const issue of parsed.error.issues) {
    const name = String(issue.path[0]);
    if (wrong.has(name)) continue;
    const expected = name in given ? sentenceOf(issue) : 'is required and not set';
    const description = descriptions.get(name);
    wrong.set(name, description ? `${expected} (${description})` : expected);
  }
  const fields = [...wrong].map(([field, message]) => ({ field, message }));
  throw new AssayError<ConfigErrorCode>(
    'invalid',
    'config.invalid-environment',
    `The environment is not usable:\n${fields.map(({ field, message }) => `  ${field} ${message}.`).join('\n')}`,
    { fields },
  );
}

/** Our words, given to a schema, already continue the sentence ("must …"); zod's own are translated. */
function sentenceOf(issue: z.core.$ZodIssue): string {
  if (issue.message.startsWith('must')) return issue.message;
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_format') return `must be a valid ${issue.format}`;
  return `is wrong: ${issue.message}`;
}
