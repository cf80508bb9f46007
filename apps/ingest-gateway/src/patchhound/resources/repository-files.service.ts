import { notifyAddressPurpose, TextSeal } from '@assay/identity';
import { Transactions } from '@assay/persistence';
import { HOST_ENV, type HostEnv } from '@assay/service-host';
import { Inject, Injectable } from '@nestjs/common';
import { limits } from '../../limits.js';
import { ReceiptsStore } from '../../receipts/receipts.store.js';
import { PatchHoundExclusions } from '../exclusions/patchhound-exclusions.service.js';
import { fileStemOf } from '../scans/repository-key.js';
import { RunNamesStore } from '../scans/run-names.store.js';
import type { PatchHoundCaller } from '../tokens/admit-token.service.js';
import { MadeFiles } from './made-files.service.js';
import { historyEntryOf } from './repo-history.js';
import { type ResourceFile, textFile } from './resource-file.js';
import { fileText, type ScanDirectory } from './scan-directory.js';

/** Where runs are filed. */
@Injectable()
export class RunRecords {
  constructor(
    readonly transactions: Transactions,
    readonly names: RunNamesStore,
    readonly receipts: ReceiptsStore,
  ) {}
}

/** The files of a repository beside those of its scans (`wire/patchhound.md` §4). */
@Injectable()
export class RepositoryFiles {
  private readonly webhooks: TextSeal;

  constructor(
    @Inject(HOST_ENV) env: HostEnv,
    private readonly records: RunRecords,
    private readonly exclusions: PatchHoundExclusions,
    private readonly made: MadeFiles,
  ) {
    this.webhooks = new TextSeal(env.ASSAY_MASTER_KEY, notifyAddressPurpose);
  }

  async list(caller: PatchHoundCaller, key: string): Promise<ResourceFile[]> {
    const { tenant } = caller.principal;
    const stem = fileStemOf(key);
    const { transactions, names } = this.records;
    const [repository, exclusions] = await Promise.all([
      transactions.run(tenant, (tx) => names.findRepository(tx, key)),
      this.exclusions.find(caller, key),
    ]);
    const sealed = repository?.sealedWebhook ?? null;
    const webhook = (): string => fileText({ alert_system_webhook: this.webhooks.open(sealed ?? '', tenant) });
    return [
      ...(sealed === null ? [] : [textFile(`${stem}_alert.json`, webhook)]),
      ...(exclusions === null ? [] : [textFile(`${stem}_exclusions_file.json`, () => fileText(exclusions))]),
      textFile(`${stem}_repo_history.json`, () => this.history(caller, key, stem)),
    ];
  }

  /** The newest runs, oldest of them first, one after the other: each is a whole report to make. */
  private async history(caller: PatchHoundCaller, key: string, stem: string): Promise<string> {
    const { transactions, names, receipts } = this.records;
    const { runs, found } = await transactions.run(caller.principal.tenant, async (tx) => {
      const newest = await names.newestRuns(tx, key, limits.patchHoundHistoryRuns);
      const ids = newest.map(({ receiptId }) => receiptId);
      return { runs: newest, found: new Map((await receipts.findAll(tx, ids)).map((each) => [each.id, each])) };
    });
    const entries: object[] = [];
    for (const run of runs) {
      const receipt = found.get(run.receiptId);
      if (receipt === undefined || receipt.result === null) continue;
      const scan: ScanDirectory = { caller, key, stem, run, receipt };
      entries.push(historyEntryOf(await this.made.historyFacts(scan, receipt.result.runId)));
    }
    return fileText(entries);
  }
}
