import { ArtifactStore } from '@assay/artifacts';
import { BenchmarkReader, type ReadBenchmark } from '@assay/benchmarks';
import { benchmarkSubmittedV1, type EventOf, receiptProgressedV1 } from '@assay/contracts';
import { AssayError } from '@assay/kernel';
import { Subscribe } from '@assay/messaging';
import type { Transaction } from '@assay/persistence';
import { Controller } from '@nestjs/common';
import type { Host } from '../hosts/host.js';
import { HostsStore } from '../hosts/hosts.store.js';
import { idKey, LearnOfHosts } from '../hosts/learn-of-hosts.service.js';
import { limits } from '../limits.js';
import type { BenchmarksErrorCode } from './benchmarks.errors.js';
import { RecordScans } from './record-scans.service.js';
import type { Submission } from './submission.js';

/** Results of benchmarks that the gateway accepted. */
@Controller()
export class RecordSubmissionsSubscriber {
  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly reader: BenchmarkReader,
    private readonly hosts: HostsStore,
    private readonly learnOfHosts: LearnOfHosts,
    private readonly recordScans: RecordScans,
  ) {}

  @Subscribe(benchmarkSubmittedV1, {
    durable: 'compliance-record-benchmarks',
    concurrency: limits.recordConcurrency,
    stage: 'score',
  })
  async onSubmitted({ data, tenant }: EventOf<typeof benchmarkSubmittedV1>, tx: Transaction): Promise<void> {
    const document = await this.reader.read(
      data.form,
      () => this.artifacts.open(tenant, data.document.digest),
      data.document.size,
    );
    const host = await this.hostOf(tx, data, document);
    const recorded = await this.recordScans.execute(tx, data, document, host);
    if (recorded === 0) endStage(tx, data.receiptId);
  }

  /** The one that the credential spoke for, else the one that the document is about, which need not have been known before. */
  private async hostOf(tx: Transaction, { hostId, hostname }: Submission, document: ReadBenchmark): Promise<Host> {
    if (hostId !== null) return this.hosts.get(tx, hostId);
    const target = document.scans.map(({ targetName }) => targetName).find((name) => name !== null) ?? null;
    for (const name of [hostname, document.host.hostname, target]) {
      const host = name === null ? null : await this.known(tx, name);
      if (host !== null) return host;
    }
    const named = hostname ?? document.host.hostname ?? target;
    if (named === null) {
      throw new AssayError<BenchmarksErrorCode>('invalid', 'benchmarks.unknown-host', 'The document names no host');
    }
    return this.learn(tx, named, document.host.machineId);
  }

  private async learn(tx: Transaction, name: string, machineId: string | null): Promise<Host> {
    const claim = { dialect: 'native', id: name, hostname: name, machineId, bound: false } as const;
    const learnt = await this.learnOfHosts.execute(tx, [claim]);
    return this.hosts.get(tx, learnt.get(idKey('native', name))!);
  }

  private async known(tx: Transaction, name: string): Promise<Host | null> {
    return (await this.hosts.byExternalId(tx, 'native', name)) ?? (await this.hosts.byName(tx, name));
  }
}

/** Where no scan was recorded, no event says that the document is done with. */
function endStage(tx: Transaction, receiptId: string): void {
  const at = new Date();
  const durationMs = Math.max(0, at.getTime() - tx.now.getTime());
  const progress = { receiptId, service: 'compliance', stage: 'score', at: at.toISOString(), durationMs } as const;
  tx.publish(receiptProgressedV1, progress, { subject: receiptId, correlationId: receiptId });
}
