import type { Subject } from '@assay/contracts';
import { AssayError } from '@assay/kernel';
import { z } from 'zod';
import type { CaseEngineErrorCode } from '../case-engine.errors.js';
import { gateConditions } from './conditions/index.js';

/** What of a policy says where the gate applies and what it listens to; the rest are its conditions. */
const applicability = {
  /** Whether exceptions that come with a run, in its own file, count for that run. Refused ones are ignored, and that is said. */
  ciExclusions: z.enum(['allow', 'refuse']).default('allow'),
  /** Kinds of subject: pull requests; by setting also branches and images. */
  appliesTo: z.array(z.enum(['pr', 'branch', 'image'])).default(['pr']),
  /** Names of branches, `*` for any characters: where a pull request goes, or which branch it is. */
  protectedBranches: z.array(z.string().min(1).max(200)).max(100).default(['main', 'master', 'release/*']),
};

const conditionSettings = Object.fromEntries(gateConditions.map(({ name, setting }) => [name, setting]));

/** A gate policy. Every field has a default, and together these are the native policy; unknown fields are refused. */
export const gatePolicySchema = z.strictObject({ ...conditionSettings, ...applicability });

/** `appliesTo`, `protectedBranches` and `ciExclusions`, and one field for each condition, by its name. */
export type GatePolicy = z.infer<z.ZodObject<typeof applicability>> & Readonly<Record<string, unknown>>;

/** What holds where nobody has said anything. */
export const nativePolicy = gatePolicySchema.parse({}) as GatePolicy;

/**
 * The policy that somebody wrote, whole.
 * @throws AssayError `cases.wrong-request` with one entry per wrong field
 */
export function parseGatePolicy(value: unknown): GatePolicy {
  const parsed = gatePolicySchema.safeParse(value);
  if (parsed.success) return parsed.data as GatePolicy;
  const code: CaseEngineErrorCode = 'cases.wrong-request';
  throw new AssayError('invalid', code, 'The policy has fields that are wrong.', {
    fields: parsed.error.issues.map(({ path, message, ...issue }) => ({
      field: path.length > 0 ? path.join('/') : 'keys' in issue ? String(issue.keys) : 'body',
      message,
    })),
  });
}

/** A stored policy: a condition that is newer than it has its default, one that is gone is dropped. */
export function readGatePolicy(stored: unknown): GatePolicy {
  return gatePolicySchema.strip().parse(stored) as GatePolicy;
}

/** Why the gate does not apply to this subject, or null if it does. */
export function notApplicable(policy: GatePolicy, subject: Subject | null, targetBranch: string | null): string | null {
  if (subject === null) return 'The gate needs a pull request, a branch or an image to apply to';
  const { appliesTo, protectedBranches } = policy;
  if (!(appliesTo as readonly string[]).includes(subject.kind)) {
    return `The gate does not apply to ${kinds[subject.kind]}`;
  }
  if (subject.kind !== 'pr' && subject.kind !== 'branch') return null;
  const branch = subject.kind === 'pr' ? targetBranch : subject.branch;
  if (branch !== null && protectedBranches.some((pattern) => matchesBranch(pattern, branch))) return null;
  return `The gate applies to protected branches only (${protectedBranches.join(', ')})`;
}

const kinds: Readonly<Record<Subject['kind'], string>> = {
  pr: 'pull requests',
  branch: 'branches',
  image: 'images',
  host: 'hosts',
};

/** True if the branch is what the pattern says; `*` stands for any characters, slashes too. Work is linear in both. */
export function matchesBranch(pattern: string, branch: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === branch;
  if (!branch.startsWith(first) || !branch.endsWith(last) || branch.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of rest) {
    at = branch.indexOf(part, at);
    if (at < 0 || at + part.length > branch.length - last.length) return false;
    at += part.length;
  }
  return true;
}

/** Under which names a subject's policy may lie, most specific first; the empty name is the tenant's. */
export function policyNamesOf(subject: Subject | null): string[] {
  if (subject === null || !('repo' in subject)) return [''];
  const { provider, org, repo } = subject;
  const name = org === '' ? repo : `${org}/${repo}`;
  return [...(provider === '' ? [] : [`${provider}/${name}`]), name, ''];
}
