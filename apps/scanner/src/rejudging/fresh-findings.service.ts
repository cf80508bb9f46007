import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { FeedsStore } from '../feeds/feeds.store.js';
import { type SubjectScan, SubjectFindingsStore } from '../findings/subject-findings.store.js';
import { SbomsStore } from '../inventory/sboms.store.js';
import type { PlacedFinding } from '../scanning/component-findings.js';
import { annotatedAnew, idsOfFinding } from '../scanning/report-findings.js';
import { MatchComponents } from '../scanning/match-components.service.js';
import { AdvisoryIndex } from '../vulnerabilities/advisory-index.service.js';

/** What a scan finds with the advisories of now, and which those are. */
export interface Fresh {
  readonly findings: readonly PlacedFinding[];
  /** Digests of the feeds, as an engine run carries them. */
  readonly data: Record<string, string>;
}

/** Matches what is in the inventory; what another tool reported only changes its group and its marks. */
@Injectable()
export class FreshFindings {
  constructor(
    private readonly sboms: SbomsStore,
    private readonly match: MatchComponents,
    private readonly scans: SubjectFindingsStore,
    private readonly advisories: AdvisoryIndex,
    private readonly feeds: FeedsStore,
  ) {}

  async of(tx: Transaction, subjectId: Uuid, { sbomId, tool }: SubjectScan): Promise<Fresh> {
    if (sbomId === null) {
      const found = await this.scans.openInFull(tx, subjectId, tool);
      const ids = found.flatMap(({ finding }) => (finding.kind === 'vulnerability' ? idsOfFinding(finding) : []));
      const { generation, found: known } = await this.advisories.vulnerabilitiesOf(tx, ids);
      return { findings: annotatedAnew(found, known), data: await this.feeds.digests(tx, generation) };
    }
    const components = (await this.sboms.componentsOf(tx, [sbomId])).get(sbomId) ?? [];
    const { findings, generation } = await this.match.execute(tx, [components]);
    return { findings: findings[0] ?? [], data: await this.feeds.digests(tx, generation) };
  }
}
