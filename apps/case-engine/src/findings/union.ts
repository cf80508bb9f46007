import type { Finding } from '@assay/contracts';
import { severities } from '@assay/kernel';

/**
 * The findings of several documents of one run: what two tools saw is one finding with two engines. Where they differ
 * the worse severity and what is known rather than what is not is taken; the rest is the first document's. `documents`
 * stand in a fixed order, so that the result does not depend on which arrived first.
 */
export function unionOf(documents: readonly (readonly Finding[])[]): Finding[] {
  const [only] = documents;
  const union = new Map<string, Finding>();
  for (const finding of documents.length === 1 ? only! : documents.flat()) {
    const known = union.get(finding.key);
    union.set(finding.key, known === undefined ? finding : merged(known, finding));
  }
  return [...union.values()];
}

function merged(one: Finding, other: Finding): Finding {
  return {
    ...one,
    severity: severities[Math.min(severities.indexOf(one.severity), severities.indexOf(other.severity))]!,
    score: one.score === null ? other.score : Math.max(one.score, other.score ?? 0),
    vector: one.vector ?? other.vector,
    kev: one.kev ?? other.kev,
    epss: one.epss ?? other.epss,
    aliases: [...new Set([...one.aliases, ...other.aliases])].filter((id) => id !== one.vulnerabilityId),
    component: one.component && {
      ...one.component,
      fixedVersion: one.component.fixedVersion ?? other.component?.fixedVersion ?? null,
    },
    engines: [...new Set([...one.engines, ...other.engines])].toSorted(),
  };
}
