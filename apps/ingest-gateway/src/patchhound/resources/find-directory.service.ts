import { Injectable } from '@nestjs/common';
import { badRequest, missing } from '../patchhound.errors.js';
import { PathTokens } from '../scans/path-token.js';
import { fileStemOf } from '../scans/repository-key.js';
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

  /** @throws AssayError `patchhound.not-found` */
  async scan(caller: PatchHoundCaller, pathToken: string, isLatest: boolean): Promise<ScanDirectory> {
    const { organization, principal } = caller;
    const { current_repo: key, timestamp } = await this.pathTokens.read(pathToken, organization);
    const { transactions, names, receipts } = this.records;
    const { run, receipt } = await transactions.run(principal.tenant, async (tx) => {
      const named = isLatest ? await names.newestRun(tx, key) : await names.findRun(tx, key, timestamp);
      return { run: named, receipt: named && (await receipts.find(tx, named.receiptId)) };
    });
    if (run === null || receipt === null) throw missing('No scans found for repo');
    return { caller, key, stem: fileStemOf(key), run, receipt };
  }
}

function textOf(query: ResourceQuery, name: string, words: string): string {
  const value = query[name];
  if (typeof value !== 'string' || value === '') throw badRequest(words);
  return value;
}
