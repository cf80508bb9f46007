import { isPlainText } from './origin.js';

/** One entry of FastAPI's 422 body (Pydantic 2). */
export interface PydanticError {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input: unknown;
}

const minInt32 = -(2 ** 31);
const maxInt32 = 2 ** 31 - 1;
/** Values are repeated in errors so far; nobody needs his megabyte back. */
const maxShownInput = 200;

export function missing(loc: readonly string[]): PydanticError {
  return { type: 'missing', loc, msg: 'Field required', input: {} };
}

export function notADictionary(loc: readonly string[], input: unknown): PydanticError {
  return { type: 'dict_type', loc, msg: 'Input should be a valid dictionary', input: shown(input) };
}

const notAModel = 'Input should be a valid dictionary or object to extract fields from';

/** FastAPI's answer to JSON that is no object. */
export function notAnEnvelope(): PydanticError {
  return { type: 'model_attributes_type', loc: ['body'], msg: notAModel, input: {} };
}

/** FastAPI's answer to a body that is no JSON. */
export function notJson(reason: string): PydanticError & { readonly ctx: object } {
  return { type: 'json_invalid', loc: ['body', 0], msg: 'JSON decode error', input: {}, ctx: { error: reason } };
}

/** The text, number or null fields of one object; what is wrong goes to the list. */
export class FieldReader {
  constructor(
    private readonly values: Readonly<Record<string, unknown>>,
    private readonly place: readonly string[],
    private readonly errors: PydanticError[],
  ) {}

  text(name: string, maxLength: number): string {
    const value = this.present(name);
    if (value === undefined) return '';
    if (typeof value !== 'string') return this.fail(name, 'string_type', 'Input should be a valid string', value);
    return this.bounded(name, value, maxLength);
  }

  textOrNumber(name: string, maxLength: number): string {
    const value = this.values[name];
    return typeof value === 'number' ? this.bounded(name, String(value), maxLength) : this.text(name, maxLength);
  }

  optionalText(name: string, maxLength: number): string | null {
    return this.values[name] == null ? null : this.text(name, maxLength);
  }

  integer(name: string): number | null {
    const value = this.values[name];
    if (value == null) return null;
    const number = asInteger(value);
    if (typeof number === 'string') {
      const [type, msg] = integerErrors[number];
      this.fail(name, type, msg, value);
      return null;
    }
    if (number < minInt32 || number > maxInt32) {
      const bound = number > 0 ? `less than or equal to ${maxInt32}` : `greater than or equal to ${minInt32}`;
      this.fail(name, number > 0 ? 'less_than_equal' : 'greater_than_equal', `Input should be ${bound}`, value);
    }
    return number;
  }

  private present(name: string): unknown {
    if (Object.hasOwn(this.values, name)) return this.values[name] ?? null;
    this.errors.push(missing([...this.place, name]));
    return undefined;
  }

  private bounded(name: string, value: string, maxLength: number): string {
    if (value.length > maxLength) this.errors.push(tooLong([...this.place, name], maxLength, value));
    if (!isPlainText(value)) this.fail(name, 'string_type', 'Input should be text without control characters', value);
    return value;
  }

  private fail(name: string, type: string, msg: string, input: unknown): string {
    this.errors.push({ type, loc: [...this.place, name], msg, input: shown(input) });
    return '';
  }
}

const integerErrors = {
  type: ['int_type', 'Input should be a valid integer'],
  text: ['int_parsing', 'Input should be a valid integer, unable to parse string as an integer'],
  fraction: ['int_from_float', 'Input should be a valid integer, got a number with a fractional part'],
} as const;

/** Pydantic's lax mode: whole floats, numeric text, and booleans, which are integers to Python. */
function asInteger(value: unknown): number | keyof typeof integerErrors {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'number') return Number.isInteger(value) ? value : 'fraction';
  if (typeof value !== 'string') return 'type';
  return /^\s*[+-]?\d{1,15}(\.0*)?\s*$/.test(value) ? Number(value) : 'text';
}

/** The object that a member of the body should be; what is wrong goes to the list. */
export function recordAt(
  value: unknown,
  name: string,
  errors: PydanticError[],
): Readonly<Record<string, unknown>> | null {
  if (value === undefined) errors.push(missing(['body', name]));
  else if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  else {
    errors.push({ type: 'model_attributes_type', loc: ['body', name], msg: notAModel, input: shown(value) });
  }
  return null;
}

export function tooLong(loc: readonly string[], maxLength: number, input: string): PydanticError {
  return {
    type: 'string_too_long',
    loc,
    msg: `String should have at most ${maxLength} characters`,
    input: shown(input),
  };
}

function shown(input: unknown): unknown {
  if (typeof input === 'string') return input.toWellFormed().slice(0, maxShownInput);
  return typeof input === 'object' && input !== null ? {} : input;
}
