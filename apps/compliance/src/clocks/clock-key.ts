import { isUuid, type Uuid } from '@assay/kernel';

const ofFinding = 'finding:';

/** What a clock runs for within its subject: the alias group, or the finding itself where there is none. */
export function clockKeyOf(finding: { readonly group: Uuid | null; readonly key: string }): string {
  return finding.group ?? `${ofFinding}${finding.key}`;
}

/** The alias group of a clock; null for what is no vulnerability. */
export function groupOfClockKey(clockKey: string): Uuid | null {
  return isUuid(clockKey) ? clockKey : null;
}
