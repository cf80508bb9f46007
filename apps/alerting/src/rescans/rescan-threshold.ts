import type { DataOf, JudgedFinding, runRescannedV1 } from '@assay/contracts';

/** From when on a rescan alerts (`wire/patchhound.md` §9.3). */
export const rescanThresholds = [
  'all_not_excluded_vulnerabilities',
  'all_new_vulnerabilities',
  'all_vulnerabilities',
] as const;
export type RescanThreshold = (typeof rescanThresholds)[number];

/** The two settings, independent of each other. */
export interface RescanThresholds {
  readonly vulnerabilities: RescanThreshold;
  /** For what is known to be exploited. */
  readonly kev: RescanThreshold;
}

export const defaultThresholds: RescanThresholds = {
  vulnerabilities: 'all_not_excluded_vulnerabilities',
  kev: 'all_not_excluded_vulnerabilities',
};

/** What a rescan has to tell: of ordinary findings or of exploited ones. */
export interface Told {
  readonly about: 'vulnerabilities' | 'kev';
  readonly threshold: RescanThreshold;
  /** How many reached the threshold. */
  readonly count: number;
  /** Those of them that the event names; excepted ones and those of before are counted alone. */
  readonly findings: readonly JudgedFinding[];
}

/** What of a rescan reaches its thresholds. A rescan that found nothing new tells nothing, unless everything present was asked for. */
export function toldBy(rescan: DataOf<typeof runRescannedV1>, thresholds: RescanThresholds): Told[] {
  const { new: fresh, newKev, newCount, newExceptedCount, newKevExceptedCount = 0 } = rescan;
  const { presentCount, presentKevCount, exceptedCount } = rescan;
  const ordinary = countBy(thresholds.vulnerabilities, {
    fresh: newCount,
    freshExcepted: newExceptedCount,
    present: presentCount + exceptedCount,
  });
  const kev = countBy(thresholds.kev, {
    fresh: newKev.length,
    freshExcepted: newKevExceptedCount,
    present: presentKevCount,
  });
  const told: Told[] = [
    { about: 'vulnerabilities', threshold: thresholds.vulnerabilities, count: ordinary, findings: fresh },
    { about: 'kev', threshold: thresholds.kev, count: kev, findings: newKev },
  ];
  return told.filter(({ count }) => count > 0);
}

interface Tally {
  readonly fresh: number;
  readonly freshExcepted: number;
  readonly present: number;
}

function countBy(threshold: RescanThreshold, { fresh, freshExcepted, present }: Tally): number {
  switch (threshold) {
    case 'all_not_excluded_vulnerabilities':
      return fresh;
    case 'all_new_vulnerabilities':
      return fresh + freshExcepted;
    case 'all_vulnerabilities':
      return present;
  }
}
