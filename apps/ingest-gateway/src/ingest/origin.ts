import type { Origin } from '@assay/contracts';
import type { FieldError } from '@assay/kernel';
import { ciProviderOf } from './ci-provider.js';

/** Longest values, in characters: those of SecureCase where it has the field, an image reference's for the rest. */
export const originFieldLengths = {
  provider: 50,
  org: 200,
  repo: 401,
  branch: 200,
  prId: 64,
  targetBranch: 200,
  commitSha: 80,
  commitAuthor: 300,
  baseSha: 80,
  runId: 200,
  runUrl: 500,
  runStartedAt: 64,
  imageName: 400,
  imageTag: 200,
  imageDigest: 200,
  hostId: 255,
} as const satisfies Record<Exclude<keyof Origin, 'ciProvider'>, number>;

/** Longest name of a repository without its organisation; `repo` may hold both. */
export const repositoryNameLength = 200;

type OriginField = keyof typeof originFieldLengths;
const fields = Object.keys(originFieldLengths) as OriginField[];

/** What a caller said of an origin, by field name. */
export type GivenOrigin = Partial<Record<OriginField, string>>;

const headerPrefix = 'x-assay-';
const fieldByPlainName = new Map(fields.map((field) => [field.toLowerCase(), field]));

/** The fields of an origin among these values, by their exact names. */
export function originFields(values: Readonly<Record<string, unknown>>): GivenOrigin {
  return Object.fromEntries(
    fields.flatMap((field) => (typeof values[field] === 'string' ? [[field, values[field]]] : [])),
  );
}

/** Those in `X-Assay-*` headers, with hyphens wherever people like them: `X-Assay-Pr-Id`, `X-Assay-PrId`. */
export function originHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): GivenOrigin {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      const field = name.startsWith(headerPrefix)
        ? fieldByPlainName.get(name.slice(headerPrefix.length).replaceAll('-', ''))
        : undefined;
      return field !== undefined && typeof value === 'string' ? [[field, asUtf8(value)]] : [];
    }),
  );
}

/** The origin that was given, or what is wrong with it. */
export type OriginReading = { readonly origin: Origin } | { readonly errors: readonly FieldError[] };

/**
 * An origin (`api.md`, "Where it came from"). An empty value is one that is not there; a missing provider or org is the
 * empty string; `org/repo` in one field is split at its last slash, so that the subgroups of GitLab belong to the org.
 */
export function readOrigin(given: GivenOrigin): OriginReading {
  const errors = fields.flatMap((field) => {
    const message = given[field] === undefined ? null : wrongIn(field, given[field]);
    return message === null ? [] : [{ field, message }];
  });
  if (errors.length > 0) return { errors };

  const value = (field: OriginField): string | null => given[field] || null;
  const [org, repo] = splitRepository(value('org'), value('repo'));
  if (!isRepositoryName(org, repo ?? '')) return { errors: [{ field: 'repo', message: tooLongName }] };
  const startedAt = value('runStartedAt');
  const origin: Origin = {
    provider: value('provider') ?? '',
    ciProvider: value('provider') === null ? ciProviderOf(value('runUrl')) : null,
    org,
    repo,
    branch: value('branch'),
    prId: value('prId'),
    targetBranch: value('targetBranch'),
    commitSha: value('commitSha'),
    commitAuthor: value('commitAuthor'),
    baseSha: value('baseSha'),
    runId: value('runId'),
    runUrl: value('runUrl'),
    runStartedAt: startedAt && new Date(startedAt).toISOString(),
    imageName: value('imageName'),
    imageTag: value('imageTag'),
    imageDigest: value('imageDigest'),
    hostId: value('hostId'),
  };
  return { origin };
}

const tooLongName = `must have ${repositoryNameLength} characters or fewer, and as many before its last slash`;

/** True for names, apart from each other, that no part of the platform finds too long. */
export function isRepositoryName(org: string, repo: string): boolean {
  return org.length <= originFieldLengths.org && repo.length <= repositoryNameLength;
}

/** True for text that no store and no line of a log trips over: no control characters, no half of a surrogate pair. */
export function isPlainText(text: string): boolean {
  return text.isWellFormed() && !/\p{Cc}/u.test(text);
}

function wrongIn(field: OriginField, value: string): string | null {
  const maxLength = originFieldLengths[field];
  if (value.length > maxLength) return `must have ${maxLength} characters or fewer`;
  if (!isPlainText(value)) return 'must be text without control characters';
  if (field === 'runStartedAt' && value !== '' && !isInstant(value)) return 'must be a date and time of RFC 3339';
  return null;
}

/** RFC 3339 §5.6, with its offset: a local time names no moment. */
function isInstant(text: string): boolean {
  return (
    /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text))
  );
}

function splitRepository(org: string | null, repo: string | null): [org: string, repo: string | null] {
  if (org !== null || repo === null) return [org ?? '', repo];
  const slash = repo.lastIndexOf('/');
  const name = repo.slice(slash + 1);
  return slash < 0 || name === '' ? ['', repo] : [repo.slice(0, slash), name];
}

/** Node reads header bytes as Latin-1; branch names come as UTF-8. */
function asUtf8(value: string): string {
  const decoded = Buffer.from(value, 'latin1').toString('utf8');
  return decoded.includes('\ufffd') ? value : decoded;
}
