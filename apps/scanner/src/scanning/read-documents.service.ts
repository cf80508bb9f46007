import { ArtifactStore } from '@assay/artifacts';
import { type ArtifactRef, findingsMediaType, sbomReader } from '@assay/contracts';
import { digestOf } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { maxRememberedPuts, readingMemoryMs } from '../limits.js';
import { AdvisoryIndex } from '../vulnerabilities/advisory-index.service.js';
import { BoundedMap } from '../vulnerabilities/bounded-map.js';
import { findingsDocumentOf, type Reading, type StoredReading } from './findings-document.js';
import { RememberedReadings } from './remembered-readings.js';
import { ScanReports } from './scan-reports.service.js';
import { ScanSboms } from './scan-sboms.service.js';
import type { DocumentToRead } from './scan-work.js';

/** Says what is in documents, whoever sent them: each is read once, however often it comes. */
@Injectable()
export class ReadDocuments {
  readonly #remembered = new RememberedReadings();
  /** When findings documents were stored, in milliseconds since 1970. */
  readonly #putAt = new BoundedMap<number>(maxRememberedPuts);

  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly scanSboms: ScanSboms,
    private readonly scanReports: ScanReports,
    private readonly advisories: AdvisoryIndex,
  ) {}

  /**
   * The reading of each document, in their order; its findings document is stored. A reading may be of an older generation of
   * the feeds than the present one if an import has just ended; each says which.
   * @throws AssayError `invalid` where a document means nothing, as its reader says it; `scanner.feeds-loading`
   *   (unavailable) before the first advisories are in; what `ArtifactStore.open` throws
   */
  async execute(tx: Transaction, documents: readonly DocumentToRead[]): Promise<StoredReading[]> {
    const keys = documents.map((document) => keyOf(tx, document));
    const readings = new Map<string, StoredReading>();
    const unread = new Map<string, DocumentToRead>();
    for (const [at, key] of keys.entries()) {
      const known = this.#remembered.recall(key, this.advisories.generation, tx.now);
      if (known === undefined) unread.set(key, documents[at]!);
      else readings.set(key, known);
    }
    if (unread.size > 0) for (const [key, reading] of await this.#read(tx, unread)) readings.set(key, reading);
    return keys.map((key) => readings.get(key)!);
  }

  async #read(tx: Transaction, unread: ReadonlyMap<string, DocumentToRead>): Promise<[string, StoredReading][]> {
    const [sboms, reports] = [[...unread].filter(isSbom), [...unread].filter((entry) => !isSbom(entry))];
    const keys = [...sboms, ...reports].map(([key]) => key);
    const ofSboms = await this.scanSboms.execute(
      tx,
      sboms.map(([, { document }]) => document),
    );
    const ofReports = await this.scanReports.execute(
      tx,
      reports.map(([, document]) => document),
    );
    const stored = await Promise.all([...ofSboms, ...ofReports].map((reading) => this.#store(tx, reading)));
    const entries = stored.map((reading, at): [string, StoredReading] => [keys[at]!, reading]);
    tx.afterCommit(() => {
      for (const [key, reading] of entries) this.#remembered.remember(key, reading, tx.now);
    });
    return entries;
  }

  async #store(tx: Transaction, reading: Reading): Promise<StoredReading> {
    const { content, findingsContent } = findingsDocumentOf(reading.outcome);
    return { ...reading, findings: await this.#put(tx, content), findingsContent };
  }

  /** Other bytes in which the same was found (a report made again has another time in it) have the same findings document. */
  async #put(tx: Transaction, content: Buffer): Promise<ArtifactRef> {
    const digest = digestOf(content);
    const key = `${tx.tenant} ${digest}`;
    const putAt = this.#putAt.get(key);
    if (putAt !== undefined && tx.now.getTime() - putAt < readingMemoryMs) {
      return { digest, size: content.length, mediaType: findingsMediaType };
    }
    const stored = await this.artifacts.put(tx.tenant, content, findingsMediaType);
    this.#putAt.set(key, tx.now.getTime());
    return stored;
  }
}

function keyOf({ tenant }: Transaction, { document, reader, mustBeRecognised }: DocumentToRead): string {
  return `${tenant} ${document.digest} ${reader} ${mustBeRecognised}`;
}

function isSbom([, { reader }]: readonly [string, DocumentToRead]): boolean {
  return reader === sbomReader;
}
