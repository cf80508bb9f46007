import { isDeepStrictEqual } from 'node:util';
import type { AppliedException, Finding } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import { limits } from '../limits.js';
import type { Answer } from './judge-again.js';

/** Something that is not as the statement says. `was` is what it says, `is` what was found. */
export interface VerdictDifference {
  readonly what: 'signature' | 'document' | 'findings' | 'exception' | 'policy' | 'result';
  readonly message: string;
  readonly was?: unknown;
  readonly is?: unknown;
}

const compared = ['verdict', 'gate', 'reasons', 'counts', 'newInThisChange'] as const;

/** What of the answer is another one. */
export function differentAnswer(then: Answer, now: Answer): VerdictDifference[] {
  return compared.flatMap((field) => {
    if (isDeepStrictEqual(then[field], now[field])) return [];
    return [{ what: 'result', message: `${field} differs`, was: then[field], is: now[field] }];
  });
}

/** Fields of the policy that say something else; those that it did not have then are new conditions. */
export function differentPolicy(
  then: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
): VerdictDifference[] {
  return Object.keys(now).flatMap((field) => {
    if (!(field in then) || isDeepStrictEqual(then[field], now[field])) return [];
    return [{ what: 'policy', message: `${field} was changed`, was: then[field], is: now[field] }];
  });
}

/** Exceptions that applied and have ended, or apply since. */
export function differentExceptions(
  then: readonly AppliedException[],
  now: readonly { readonly id: Uuid; readonly what: AppliedException['what'] }[],
  inForce: ReadonlySet<Uuid>,
): VerdictDifference[] {
  const applied = new Set(then.map(({ id }) => id));
  return [
    ...then
      .filter(({ id }) => !inForce.has(id))
      .map(
        (each) => ({ what: 'exception', message: `The exception for ${each.what.id} has ended`, was: each }) as const,
      ),
    ...now
      .filter(({ id }) => !applied.has(id))
      .map((each) => ({ what: 'exception', message: `${each.what.id} is excepted since`, is: each.id }) as const),
  ];
}

/** What advisories say of the same documents now and did not, and the other way round. */
export function differentFindings(then: readonly Finding[], now: readonly Finding[]): VerdictDifference[] {
  const [before, after] = [byKey(then), byKey(now)];
  const added = [...after.values()].filter(({ key }) => !before.has(key));
  const gone = [...before.values()].filter(({ key }) => !after.has(key));
  const rated = [...after.values()].filter(({ key, severity, kev }) => {
    const known = before.get(key);
    return known !== undefined && (known.severity !== severity || (known.kev === null) !== (kev === null));
  });
  return [...told(added, 'found since'), ...told(gone, 'not found any more'), ...told(rated, 'rated differently')];
}

function told(findings: readonly Finding[], how: string): VerdictDifference[] {
  if (findings.length === 0) return [];
  const ids = [...new Set(findings.map(({ vulnerabilityId }) => vulnerabilityId))].slice(0, limits.differencesNamed);
  return [{ what: 'findings', message: `${findings.length} ${how}`, is: ids }];
}

function byKey(findings: readonly Finding[]): Map<string, Finding> {
  return new Map(findings.map((finding) => [finding.key, finding]));
}
