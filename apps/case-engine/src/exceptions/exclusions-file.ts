import { type FieldError, hexOf, digestOf, type Uuid } from '@assay/kernel';
import { limits } from '../limits.js';
import { type Exception, type Scope, scopeKey } from './exception.js';

/** One entry of an exclusion file, whichever of its forms it had (`wire/patchhound.md` §3). */
export interface Exclusion {
  /** CVE, GHSA, rule of a misconfiguration or secret, or a semgrep id in any of its three schemes. */
  readonly id: string;
  /** Free text; it narrows nothing. */
  readonly scope: string | null;
  readonly publicComment: string | null;
  readonly privateComment: string | null;
}

/** What an exclusion file says. Entries that are wrong are not among the items. */
export interface ExclusionsReading {
  readonly items: readonly Exclusion[];
  /** By JSON pointer. */
  readonly errors: readonly FieldError[];
}

/** Current name first, then the names of earlier times. */
const names = {
  id: ['vulnerability_id', 'vulnerability'],
  scope: ['scope'],
  publicComment: ['public_comment', 'comment'],
  privateComment: ['private_comment', 'internal_comment'],
} as const satisfies Record<keyof Exclusion, readonly string[]>;

const longest: Readonly<Record<keyof Exclusion, number>> = {
  id: limits.textChars,
  scope: limits.reasonChars,
  publicComment: limits.reasonChars,
  privateComment: limits.reasonChars,
};

/** Reads an exclusion file in its current, local or brief-era form. What is the same twice counts once. */
export function readExclusions(value: unknown): ExclusionsReading {
  const entries = isObject(value) ? value['exclusions'] : undefined;
  if (!Array.isArray(entries)) {
    return { items: [], errors: [{ field: '/exclusions', message: 'must be a list of exclusions' }] };
  }
  if (entries.length > limits.exclusionEntries) {
    const message = `must have ${limits.exclusionEntries} entries or fewer`;
    return { items: [], errors: [{ field: '/exclusions', message }] };
  }
  const errors: FieldError[] = [];
  const items = new Map<string, Exclusion>();
  for (const [index, entry] of entries.entries()) {
    const item = readEntry(entry, `/exclusions/${index}`, errors);
    if (item !== null) items.set(JSON.stringify(item), item);
  }
  return { items: [...items.values()], errors };
}

function readEntry(entry: unknown, at: string, errors: FieldError[]): Exclusion | null {
  if (!isObject(entry)) {
    errors.push({ field: at, message: 'must be an object' });
    return null;
  }
  const before = errors.length;
  const text = (field: keyof Exclusion): string | null => {
    const name = names[field].find((each) => entry[each] != null) ?? names[field][0];
    const given = entry[name];
    const message = given == null ? null : wrongIn(given, longest[field]);
    if (message !== null) errors.push({ field: `${at}/${name}`, message });
    return typeof given === 'string' && given.trim() !== '' ? given.trim() : null;
  };
  const id = text('id');
  if (id === null && errors.length === before) {
    errors.push({ field: `${at}/vulnerability_id`, message: 'must name what is excluded' });
  }
  const rest = { scope: text('scope'), publicComment: text('publicComment'), privateComment: text('privateComment') };
  return id === null || errors.length > before ? null : { id, ...rest };
}

/** Postgres keeps no NUL, and JSON no half of a surrogate pair. */
function wrongIn(given: unknown, maxChars: number): string | null {
  if (typeof given !== 'string') return 'must be a text';
  if (given.length > maxChars) return `must have ${maxChars} characters or fewer`;
  return given.includes('\0') || !given.isWellFormed() ? 'must be a text without NUL and half characters' : null;
}

/** What an exclusion does not say itself. */
export interface ExclusionContext {
  readonly origin: 'ci' | 'file';
  /** Where the file holds: its repository, or whatever the run was about. */
  readonly where: Scope;
  readonly by: string;
  readonly at: Date;
  /** Derived from origin, scope and content unless given: the same exclusion of the next run is the same exception. */
  readonly id?: Uuid;
  /** The alias group that the id is known by, if it is one. */
  readonly group?: Uuid | null;
}

/** The exception that an exclusion is. It says nothing of the kind of what it names, so it covers any kind by that id. */
export function exceptionOfExclusion(item: Exclusion, context: ExclusionContext): Exception {
  const { origin, where, by, at, group = null } = context;
  return {
    id: context.id ?? idOf(item, context),
    what: { kind: 'any', id: item.id, group },
    where,
    reason: item.publicComment ?? reasons[origin],
    expiresAt: null,
    grantedBy: by,
    grantedAt: at,
    origin,
    publicComment: item.publicComment,
    privateComment: item.privateComment,
    scopeNote: item.scope,
    owner: null,
    approvedBy: null,
    justification: null,
  };
}

/** The current form of a stored exclusion (`wire/patchhound.md` §3). */
export function toCurrentForm({ id, scope, publicComment, privateComment }: Exclusion): {
  vulnerability_id: string;
  scope: string;
  public_comment: string;
  private_comment: string;
} {
  return {
    vulnerability_id: id,
    scope: scope ?? '',
    public_comment: publicComment ?? '',
    private_comment: privateComment ?? '',
  };
}

const reasons = {
  ci: 'Excluded by the exclusions sent with the run',
  file: "Excluded by the repository's exclusion file",
} as const;

/** A UUID of version 8 (RFC 9562 §5.8). */
function idOf(item: Exclusion, { origin, where }: ExclusionContext): Uuid {
  const { id, scope, publicComment, privateComment } = item;
  const hex = hexOf(digestOf(JSON.stringify([origin, scopeKey(where), id, scope, publicComment, privateComment])));
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
