import type { Finding } from '@assay/contracts';
import { severities } from '@assay/kernel';
import { z } from 'zod';
import type { NewFinding } from './run-report.js';

/** What the rescans of a run found, over all of them. */
export interface Rescan {
  /** When the last one ran; null if there was none. */
  readonly at: Date | null;
  readonly newFindings: readonly NewFinding[];
  readonly newKevFindings: readonly NewFinding[];
}

export const noRescan: Rescan = { at: null, newFindings: [], newKevFindings: [] };

const stored = z.object({
  key: z.string().nullish(),
  vulnerabilityId: z.string(),
  severity: z.enum(severities).catch('unknown'),
  title: z.string().catch(''),
  component: z.custom<Finding['component']>((value) => typeof value === 'object').nullish(),
  kev: z.custom<Finding['kev']>((value) => typeof value === 'object').nullish(),
});

/**
 * An entry of a rescan's list as a report shows it. Lists that were taken over from PatchHound hold bare ids; such an entry
 * is one that nothing but the id is known of.
 */
export function toNewFinding(entry: unknown, foundAt: Date | null): NewFinding | null {
  const known = stored.safeParse(typeof entry === 'string' ? { vulnerabilityId: entry } : entry);
  if (!known.success) return null;
  const { key, vulnerabilityId, severity, title, component, kev } = known.data;
  return {
    key: key ?? null,
    id: vulnerabilityId,
    severity,
    title: title === '' ? vulnerabilityId : title,
    component: component ?? null,
    kev: kev ?? null,
    foundAt: foundAt?.toISOString() ?? null,
  };
}
