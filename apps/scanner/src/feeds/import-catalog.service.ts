import { Injectable } from '@nestjs/common';
import { readKevCatalog } from '../advisories/kev-catalog.js';
import type { FeedName, FeedRun, ImportResult } from './feed.js';
import { openCatalog, openScores } from './feed-files.js';
import { ImportEpss } from './import-epss.service.js';
import { ImportKev } from './import-kev.service.js';

/** Imports the feeds that are one file each. */
@Injectable()
export class ImportCatalog {
  constructor(
    private readonly importKev: ImportKev,
    private readonly importEpss: ImportEpss,
  ) {}

  async execute(run: FeedRun, feed: Exclude<FeedName, 'osv'>, path: string, name?: string): Promise<ImportResult> {
    if (feed === 'epss') return this.importEpss.execute(await openScores(path, name));
    return this.importKev.execute(run, await readKevCatalog(await openCatalog(path, name)));
  }
}
