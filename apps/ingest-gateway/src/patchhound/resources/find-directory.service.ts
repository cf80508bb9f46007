import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { limits } from '../../limits.js';
import type { Receipt } from '../../receipts/receipts.store.js';
import { badRequest, missing } from '../patchhound.errors.js';
import { PathTokens } from '../scans/path-token.js';
import { fileStemOf } from '../scans/repository-key.js';
import type { StoredRun } from '../scans/run-names.store.js';
import type { PatchHoundCaller } from '../tokens/admit-token.service.js';
import { ImageFiles } from './image-files.service.js';
import { RepositoryFiles, RunRecords } from './repository-files.service.js';
import type { ResourceFile } from './resource-file.js';
import type { ScanDirectory } from './scan-directory.js';
import { ScanFiles } from './scan-files.service.js';

/** The parameters of a request for resources, as they came. */
export type ResourceQuery = Readonly<Record<string, unknown>>;

/** Finds what a path token leads to: a scan, the newest of its repository, the repository itself, or a signed image. */
@Injectable()
export class FindDirectory {
  constructor(
    private readonly pathTokens: PathTokens,
    private readonly records: RunRecords,
    private readonly scanFiles: ScanFiles,
    private readonly repositoryFiles: RepositoryFiles,
    private readonly imageFiles: ImageFiles,
  ) {}

  /** The files there. @throws AssayError `patchhound.*` in the order of complaints of the protocol */
  async files(caller: PatchHoundCaller, query: ResourceQuery): Promise<ResourceFile[]> {
    const token = textOf(query, 'path_to_resources_token', 'path_to_resources_token missing');
    const isLatest = textOf(query, 'latest_resource', 'Latest resource declaration missing') === 'true';
    const isOfRepository = textOf(query, 'repo_resources', 'Repo resource declaration missing') === 'true';
    const { current_repo: key, image } = await this.pathTokens.read(token, caller.organization);
    if (image !== undefined && !isLatest && !isOfRepository) return this.imageFiles.list(caller, key, image);
    const scan = await this.scan(caller, token, isLatest || isOfRepository);
    return isOfRepository ? this.repositoryFiles.list(caller, scan.key) : this.scanFiles.list(scan);
  }

  /**
   * A scan that has just been answered may still be written down, or attested: that is waited for, a moment.
   *
   * @throws AssayError `patchhound.not-found`
   */
  async scan(caller: PatchHoundCaller, pathToken: string, isLatest: boolean): Promise<ScanDirectory> {
    const { current_repo: key, timestamp } = await this.pathTokens.read(pathToken, caller.organization);
    const deadlineMs = Date.now() + limits.resourcesSettleMs;
    for (;;) {
      const { run, receipt } = await this.find(caller, key, isLatest ? null : timestamp);
      if (run === null || receipt === null) throw missing('No scans found for repo');
      const hasEnded = receipt.status === 'done' || receipt.status === 'failed';
      if (hasEnded || Date.now() >= deadlineMs) return { caller, key, stem: fileStemOf(key), run, receipt };
      await sleep(limits.resourcesRereadMs);
    }
  }

  private async find(
    { principal }: PatchHoundCaller,
    key: string,
    name: string | null,
  ): Promise<{ readonly run: StoredRun | null; readonly receipt: Receipt | null }> {
    const { transactions, names, receipts } = this.records;
    return transactions.run(principal.tenant, async (tx) => {
      const run = name === null ? await names.newestScan(tx, key) : await names.findRun(tx, key, name);
      return { run, receipt: run && (await receipts.find(tx, run.receiptId)) };
    });
  }
}

function textOf(query: ResourceQuery, name: string, words: string): string {
  const value = query[name];
  if (typeof value !== 'string' || value === '') throw badRequest(words);
  return value;
}
