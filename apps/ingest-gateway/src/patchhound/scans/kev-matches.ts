import type { Finding } from '@assay/contracts';

/** A record of the KEV catalogue by its own names, as CISA publishes it. */
export type KevRecord = { readonly cveID: string } & Readonly<Record<string, string | null>>;

/** Collects the KEV records of what was found, each once. */
export class KevMatches {
  private readonly records = new Map<string, KevRecord>();

  add({ kev, vulnerabilityId, aliases }: Finding): void {
    if (kev === null) return;
    const cveID = kev.cveID ?? [vulnerabilityId, ...aliases].find((id) => id.startsWith('CVE-')) ?? vulnerabilityId;
    if (!this.records.has(cveID)) this.records.set(cveID, { cveID, ...withoutGaps(kev) });
  }

  values(): KevRecord[] {
    return [...this.records.values()];
  }
}

function withoutGaps(kev: NonNullable<Finding['kev']>): Record<string, string | null> {
  return Object.fromEntries(Object.entries(kev).filter(([, value]) => value !== undefined));
}
