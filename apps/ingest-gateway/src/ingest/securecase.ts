import type { Origin } from '@assay/contracts';
import type { SeverityCounts } from '@assay/kernel';
import { ciProviderOf } from './ci-provider.js';
import { isPlainText } from './origin.js';

/** One entry of FastAPI's 422 body (Pydantic 2). */
export interface PydanticError {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input: unknown;
}

/** What a SecureCase caller says beside the report. */
export interface SecureCaseMetadata {
  readonly provider: string;
  readonly org: string;
  readonly repo: string;
  readonly branch: string;
  /** Null for no PR, which 0 means too. */
  readonly prId: number | null;
  readonly targetBranch: string | null;
  readonly commitSha: string;
  readonly runId: string;
  readonly runUrl: string;
}

/** Where it came from, or what is wrong with it. */
export type EnvelopeReading = { readonly origin: Origin } | { readonly errors: readonly PydanticError[] };

/** What stands beside the report, as far as it was there: `undefined` for a member that was not. */
export interface EnvelopeParts {
  readonly metadata: unknown;
  readonly image: unknown;
}

/** Longest values, in characters, of the columns of SecureCase (`wire/securecase.md` §3.1). */
const maxLengths = {
  provider: 50,
  org: 200,
  repo: 200,
  branch: 200,
  target_branch: 200,
  commit_sha: 80,
  run_id: 200,
  run_url: 500,
} as const;
const maxDigestLength = 200;
const maxCaseKeyLength = 500;
/** Upstream does not store name and tag; what is longer than any reference is cut, for it must not make the job fail. */
const keptOfImageReference = 400;
const minInt32 = -(2 ** 31);
const maxInt32 = 2 ** 31 - 1;
/** Values are repeated in errors so far; nobody needs his megabyte back. */
const maxShownInput = 200;

/**
 * Reads an envelope as Pydantic 2 does: all errors at once, a PR number also as text or whole float, unknown members
 * ignored. A number is taken for text in `run_id`, which upstream refuses and CI variables invite.
 */
export function readEnvelope({ metadata, image }: EnvelopeParts): EnvelopeReading {
  const errors: PydanticError[] = [];
  const given = recordAt(metadata, 'metadata', errors);
  const pictured = recordAt(image, 'image', errors);
  const read = new FieldReader(given ?? {}, ['body', 'metadata'], given === null ? [] : errors);
  const provider = read.text('provider', maxLengths.provider);
  const org = read.text('org', maxLengths.org);
  const repo = read.text('repo', maxLengths.repo);
  const branch = read.text('branch', maxLengths.branch);
  const pr = read.integer('pr_id');
  const targetBranch = read.optionalText('target_branch', maxLengths.target_branch);
  const commitSha = read.text('commit_sha', maxLengths.commit_sha);
  const runId = read.textOrNumber('run_id', maxLengths.run_id);
  const runUrl = read.text('run_url', maxLengths.run_url);
  const ofImage = new FieldReader(pictured ?? {}, ['body', 'image'], pictured === null ? [] : errors);
  const imageName = ofImage.text('name', Infinity);
  const imageTag = ofImage.text('tag', Infinity);
  const imageDigest = ofImage.text('digest', maxDigestLength);
  const prId = pr === 0 ? null : pr;
  const key = caseKey({ provider, org, repo, branch, prId });
  if (errors.length === 0 && key.length > maxCaseKeyLength)
    errors.push(tooLong(['body', 'metadata'], maxCaseKeyLength, key));
  if (errors.length > 0) return { errors };
  return {
    origin: {
      provider,
      ciProvider: provider === '' ? ciProviderOf(runUrl) : null,
      org,
      repo,
      branch,
      prId: prId === null ? null : String(prId),
      targetBranch,
      commitSha,
      baseSha: null,
      commitAuthor: null,
      runId,
      runUrl,
      runStartedAt: null,
      imageName: imageName.slice(0, keptOfImageReference),
      imageTag: imageTag.slice(0, keptOfImageReference),
      imageDigest,
    },
  };
}

/** The answer of the dialect (`wire/securecase.md` §3.6). */
export interface SecureCaseAnswer {
  readonly case_status: 'OPEN' | 'RESOLVED';
  readonly critical: number;
  readonly high: number;
  readonly gate: boolean;
}

/**
 * The answer to one report by the rules of SecureCase (§3.4), from the report's own counts: duplicates and passed checks
 * count, exceptions and the tenant's policy do not.
 */
export function secureCaseAnswer({ prId, targetBranch }: Origin, { critical, high }: SeverityCounts): SecureCaseAnswer {
  const isOpen = critical + high > 0;
  return {
    case_status: isOpen ? 'OPEN' : 'RESOLVED',
    critical,
    high,
    gate: isOpen && prId !== null && targetBranch === 'main',
  };
}

/** For display, as SecureCase writes it (§3.2). */
export function caseKey(of: Pick<SecureCaseMetadata, 'provider' | 'org' | 'repo' | 'branch' | 'prId'>): string {
  const place = of.prId === null ? `BR::${of.branch}` : `PR::${of.prId}`;
  return `${of.provider}::${of.org}::${of.repo}::${place}`;
}

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
class FieldReader {
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

function recordAt(value: unknown, name: string, errors: PydanticError[]): Readonly<Record<string, unknown>> | null {
  if (value === undefined) errors.push(missing(['body', name]));
  else if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  else {
    errors.push({ type: 'model_attributes_type', loc: ['body', name], msg: notAModel, input: shown(value) });
  }
  return null;
}

function tooLong(loc: readonly string[], maxLength: number, input: string): PydanticError {
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
