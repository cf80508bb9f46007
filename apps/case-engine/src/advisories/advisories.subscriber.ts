import { type EventOf, findingsChangedV1, vulnerabilityMergedV1 } from '@assay/contracts';
import { Subscribe } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import { MergeVulnerabilities } from './merge-vulnerabilities.service.js';
import { RejudgeFindings } from './rejudge-findings.service.js';

@Controller()
export class AdvisoriesSubscriber {
  constructor(
    private readonly rejudgeFindings: RejudgeFindings,
    private readonly mergeVulnerabilities: MergeVulnerabilities,
  ) {}

  @Subscribe(findingsChangedV1, { durable: 'case-engine-rejudge-findings' })
  async onFindingsChanged(event: EventOf<typeof findingsChangedV1>, tx: Transaction): Promise<void> {
    await this.rejudgeFindings.execute(event.data, event.version ?? 0, tx);
  }

  @Subscribe(vulnerabilityMergedV1, { durable: 'case-engine-merge-vulnerabilities', concurrency: 1 })
  async onMerged(event: EventOf<typeof vulnerabilityMergedV1>): Promise<void> {
    await this.mergeVulnerabilities.execute(event.data.from, event.data.into);
  }
}
