import type { Origin } from '@assay/contracts';
import type { SeverityCounts } from '@assay/kernel';
import { ciProviderOf } from './ci-provider.js';
import { FieldReader, type PydanticError, recordAt, tooLong } from './pydantic.js';

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
  /** Named by callers of the generation with several scanners alone. */
  readonly scanner?: unknown;
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

/** The answer of the generation with several scanners (§7), which says NONE where nothing of weight was found. */
export interface ManyScannersAnswer extends SecureCaseAnswer {
  readonly max_severity: 'CRITICAL' | 'HIGH' | 'NONE';
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

/** The same with the worst of the report. */
export function manyScannersAnswer(origin: Origin, counts: SeverityCounts): ManyScannersAnswer {
  const worst = counts.critical > 0 ? 'CRITICAL' : counts.high > 0 ? 'HIGH' : 'NONE';
  return { ...secureCaseAnswer(origin, counts), max_severity: worst };
}

/** For display, as SecureCase writes it (§3.2). */
export function caseKey(of: Pick<SecureCaseMetadata, 'provider' | 'org' | 'repo' | 'branch' | 'prId'>): string {
  const place = of.prId === null ? `BR::${of.branch}` : `PR::${of.prId}`;
  return `${of.provider}::${of.org}::${of.repo}::${place}`;
}
