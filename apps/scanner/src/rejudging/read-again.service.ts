import { ArtifactStore } from '@assay/artifacts';
import { type AssayError, isDigest } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import type { StoredReading } from '../scanning/findings-document.js';
import { ReadDocuments } from '../scanning/read-documents.service.js';

/** A scan of before: which document, and who read it. */
export interface EarlierScan {
  /** `sbom`, or the tool of a report. */
  readonly tool: string;
  readonly documentDigest: string;
}

/** Why a document cannot be read any more. */
export type ReadingProblem = 'damaged' | 'missing';

/** Reads documents of before with the advisories of now. */
@Injectable()
export class ReadAgain {
  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly readDocuments: ReadDocuments,
  ) {}

  /** What was taken once is taken again, whatever it says of itself. Throws what `ReadDocuments.execute` throws. */
  async execute(tx: Transaction, { tool, documentDigest: digest }: EarlierScan): Promise<StoredReading> {
    if (!isDigest(digest)) throw new TypeError(`${digest} is no digest`);
    const document = { digest, size: 0, mediaType: 'application/json' };
    const [reading] = await this.readDocuments.execute(tx, [{ document, reader: tool, mustBeRecognised: false }]);
    return reading!;
  }

  /** The same, and every byte of the document is looked at, even where its inventory is known. */
  async verified(tx: Transaction, scan: EarlierScan): Promise<StoredReading> {
    if (!isDigest(scan.documentDigest)) throw new TypeError(`${scan.documentDigest} is no digest`);
    const bytes = (await this.artifacts.open(tx.tenant, scan.documentDigest))[Symbol.asyncIterator]();
    for (let isOver = false; !isOver;) isOver = (await bytes.next()).done === true;
    return this.execute(tx, scan);
  }
}

/** What is wrong with a document that could not be read again; null for a failure that will pass, or is ours. */
export function problemOf({ code, kind }: AssayError): ReadingProblem | null {
  if (code === 'artifacts.missing') return 'missing';
  return code === 'artifacts.tampered' || kind === 'invalid' ? 'damaged' : null;
}
